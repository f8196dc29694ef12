#include "dataset/split.h"

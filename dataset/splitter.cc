#include "dataset/splitter.h"

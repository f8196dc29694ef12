#include "dataset/random.h"

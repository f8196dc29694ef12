#include "dataset/resize.h"

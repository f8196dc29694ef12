#include "dataset/placement.h"

#include "dataset/augmentation.h"

#include "train/weights/pth.h"

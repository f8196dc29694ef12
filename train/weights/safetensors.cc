#include "train/weights/safetensors.h"

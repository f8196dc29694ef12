#include "train/weights/tensor_file.h"

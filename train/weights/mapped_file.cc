#include "train/weights/mapped_file.h"

#include "dataset/dataset_info.h"

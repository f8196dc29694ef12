#include "train/weights/pickle.h"

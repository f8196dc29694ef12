#include "dataset/encoder.h"

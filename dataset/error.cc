#include "dataset/error.h"

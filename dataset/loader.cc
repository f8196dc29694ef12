#include "dataset/loader.h"

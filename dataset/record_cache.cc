#include "dataset/record_cache.h"

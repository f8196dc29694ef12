#include "dataset/prefetcher.h"

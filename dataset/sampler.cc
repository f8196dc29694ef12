#include "dataset/sampler.h"

#include "dataset/shard_set.h"

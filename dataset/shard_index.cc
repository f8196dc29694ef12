#include "dataset/shard_index.h"

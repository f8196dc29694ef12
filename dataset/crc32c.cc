#include "dataset/crc32c.h"

#include "dataset/sha256.h"

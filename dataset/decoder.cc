#include "dataset/decoder.h"

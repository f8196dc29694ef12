#include "dataset/jpeg_codec.h"

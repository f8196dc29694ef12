#include "dataset/manifest.h"

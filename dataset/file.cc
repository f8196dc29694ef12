#include "dataset/file.h"

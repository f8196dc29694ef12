#include "dataset/compiler.h"

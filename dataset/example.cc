#include "dataset/example.h"

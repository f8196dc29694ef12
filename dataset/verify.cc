#include "dataset/verify.h"

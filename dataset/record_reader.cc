#include "dataset/record_reader.h"

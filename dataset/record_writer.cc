#include "dataset/record_writer.h"

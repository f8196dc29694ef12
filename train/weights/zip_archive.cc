#include "train/weights/zip_archive.h"

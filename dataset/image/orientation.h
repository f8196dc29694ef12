#pragma once

#include <string_view>

#include "dataset/image/image.h"

namespace dataset {

// The orientation 1..8 in an EXIF block, which is a TIFF structure; 1 where it says none or is malformed.
int ParseExifOrientation(std::string_view exif);

// The part of the stored width x height picture that `upright`, a part of the upright one, comes from.
Rect ToStored(const Rect& upright, int orientation, int width, int height);
// And back, for the same stored width and height.
Rect ToUpright(const Rect& stored, int orientation, int width, int height);

// Turns and mirrors stored pixels into upright ones. `upright` is another image.
void ApplyOrientation(const Image& stored, int orientation, Image* upright);

}  // namespace dataset

#pragma once

#include "dataset/image/image.h"

namespace dataset {

// Returns the part of a stored picture that a part of the upright picture comes from. `width` and `height` are those of
// the stored picture.
Rect ToStored(const Rect& upright, int orientation, int width, int height);
// The inverse of ToStored; `width` and `height` again are those of the stored picture.
Rect ToUpright(const Rect& stored, int orientation, int width, int height);

// Turns and mirrors a stored picture into an upright one. *upright must be another image.
void ApplyOrientation(const Image& stored, int orientation, Image* upright);

}  // namespace dataset

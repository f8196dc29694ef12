#pragma once

#include <string_view>

#include "dataset/image/image.h"

namespace dataset {

// Checks the boxes of a HEIC or AVIF file, and that no picture in it would be decoded to more pixels than its boxes of
// sizes say, since decoders allocate by the sizes in the compressed data. Returns a size that holds all of its
// pictures. Throws Error (cause only) for a file that is cut off or damaged, and the errors of CheckPictureSize.
Size CheckHeifSizes(std::string_view file);

}  // namespace dataset

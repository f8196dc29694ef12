#pragma once

#include <string_view>

namespace dataset {

// Returns the orientation, 1 ... 8, that the metadata of a picture gives it, by the rules of proto/FORMAT.md,
// section 4. `exif` is an EXIF block (a TIFF structure, with JPEG's prefix or without), `xmp` an XMP packet; an empty
// one is none.
int ParseOrientation(std::string_view exif, std::string_view xmp);

}  // namespace dataset

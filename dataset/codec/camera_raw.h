#pragma once

#include <string_view>

namespace dataset {

// Whether a whole file is one of a camera's sensor (NEF, DNG, CR2, ARW, ...) or another TIFF whose first picture is by
// its own account a small version of the real one. A TIFF reader would take this thumbnail for the photo. Raw formats
// that are no TIFF are not known here. Safe on bytes that anyone may have written; thread-safe.
bool IsCameraRaw(std::string_view bytes);

}  // namespace dataset

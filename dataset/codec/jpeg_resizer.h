#pragma once

#include <array>
#include <string>
#include <string_view>

#include "dataset/image/image.h"
#include "dataset/image/resize.h"

namespace dataset {

// Resizes a JPEG to another JPEG without converting it to RGB: luma and chroma planes are decoded, each is resized from
// its own resolution to that of 4:2:0, and these are encoded as EncodeJpeg does (proto/FORMAT.md, section 4, "Size").
// Keeps its memory from call to call. Not thread-safe.
class JpegResizer {
 public:
  struct Target {
    Rect part;                                           // the part of the source that is kept, in its pixels
    Size size;                                           // size of the result
    Interpolation interpolation = Interpolation::kAuto;  // kAuto or kArea
    int quality = 95;
  };

  // Replaces *out with the resized file. Returns false, and leaves *out alone, unless the file has the components Y, Cb
  // and Cr and the chroma has the resolution of luma, or half of it in one or both directions. Ignores the orientation.
  // Throws Error (cause only) as DecodeImage does.
  bool Resize(std::string_view bytes, const Target& target, std::string* out);

 private:
  std::array<Image, 3> decoded_, resized_;
};

}  // namespace dataset

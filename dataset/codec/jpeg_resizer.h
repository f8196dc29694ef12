#pragma once

#include <array>
#include <string>
#include <string_view>

#include "dataset/image/image.h"
#include "dataset/image/resize.h"

namespace dataset {

// Makes a JPEG of another size without a way through RGB: luma and chroma planes are decoded, each is resized from its
// own resolution to that of 4:2:0, and these are encoded, as EncodeJpeg does. Keeps its memory. Not thread-safe.
class JpegResizer {
 public:
  struct Target {
    Rect part;  // of the picture, in its own pixels
    Size size;
    Interpolation interpolation = Interpolation::kAuto;  // kAuto or kArea
    int quality = 95;
  };

  // False if the file is not of three components Y, Cb, Cr, the chroma's resolution that of luma or the half of it in
  // either direction. Throws Error (cause only) as DecodeImage does. Orientation is not looked at.
  bool Resize(std::string_view bytes, const Target& target, std::string* out);

 private:
  std::array<Image, 3> decoded_, resized_;
};

}  // namespace dataset

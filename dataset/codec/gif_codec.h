#pragma once

#include <string_view>

#include "dataset/codec/image_header.h"
#include "dataset/image/image.h"

namespace dataset {

// Reads the first frame of GIF files through giflib, with the contracts of decoder.h. A file may end behind that frame.
ImageHeader ReadGifHeader(std::string_view bytes);
// Decodes the first frame, in its place on the screen, to three channels (proto/FORMAT.md, section 4). `header` must
// come from ReadGifHeader.
void DecodeGif(std::string_view bytes, const ImageHeader& header, Image* out);

}  // namespace dataset

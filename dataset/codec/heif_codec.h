#pragma once

#include <string_view>

#include "dataset/codec/image_header.h"
#include "dataset/image/image.h"

namespace dataset {

// Reads the primary picture of HEIC and AVIF files through libheif, with the contracts of decoder.h, but for two
// things: its decoders conceal some damage within the compressed data, and may write a line about damage to stderr. The
// file's own turning, mirroring and cropping are part of the stored picture, so its orientation is 1 whatever EXIF
// says.
ImageHeader ReadHeicHeader(std::string_view bytes);
ImageHeader ReadAvifHeader(std::string_view bytes);
// Decodes the picture to three channels, also a grey one. `header` must come from one of the functions above.
void DecodeHeif(std::string_view bytes, const ImageHeader& header, Image* out);

// What libheif needs to decode such a file and does not have here, with the cure; nullptr: it has all.
const char* MissingForHeic();
const char* MissingForAvif();

}  // namespace dataset

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "dataset/base/enum_names.h"
#include "dataset/image/depth.h"
#include "dataset/image/image.h"

namespace dataset {

enum class ImageFormat { kJpeg, kPng, kBmp, kGif, kWebp, kTiff, kHeic, kAvif };
constexpr auto EnumNames(ImageFormat) {
  return NameTable<ImageFormat, 8>{{{ImageFormat::kJpeg, "JPEG"},
                                    {ImageFormat::kPng, "PNG"},
                                    {ImageFormat::kBmp, "BMP"},
                                    {ImageFormat::kGif, "GIF"},
                                    {ImageFormat::kWebp, "WEBP"},
                                    {ImageFormat::kTiff, "TIFF"},
                                    {ImageFormat::kHeic, "HEIC"},
                                    {ImageFormat::kAvif, "AVIF"}}};
}

// Recognises the format by a file's first bytes, of which 16 are enough; nullopt: none of the formats that are read.
std::optional<ImageFormat> SniffImageFormat(std::string_view bytes);

// What the header of an image file says.
struct ImageHeader {
  ImageFormat format = ImageFormat::kJpeg;
  int width = 0;  // in stored pixels, before the orientation is applied
  int height = 0;
  int channels = 0;     // stored: 1 grey, 2 grey + alpha, 3 RGB or palette, 4 RGB + alpha or CMYK
  int bits = 8;         // bits per channel
  int orientation = 1;  // EXIF's, 1 ... 8
  bool cmyk = false;    // CMYK or YCCK
  bool progressive = false;
  bool animated = false;  // it has more frames or pages than the first, which is the one that is read

  int upright_width() const { return orientation >= 5 ? height : width; }
  int upright_height() const { return orientation >= 5 ? width : height; }
};

// Pictures above this many pixels are refused by their header (Pillow's decompression-bomb limit).
inline constexpr int64_t kMaxPixels = 178956970;

// Throws Error (cause only) for an empty picture, for a side above 65500 pixels and for more than kMaxPixels pixels.
// Codecs must call it before they allocate anything of the picture's size.
void CheckPictureSize(int64_t width, int64_t height);

struct DecodeOptions {
  int channels = 3;  // 1, 3, or 0: one for grey sources, three for all others
  // A JPEG may be decoded at DCT scale 1/8, 2/8 or 4/8 if the result, or the crop in it, keeps at least this width and
  // height in upright pixels. If one is 0, it is decoded in full size.
  int min_width = 0;
  int min_height = 0;
  // The part of the upright picture that is wanted; empty: all of it. Damage outside this part may go unnoticed.
  Rect crop{};
  // The upright size that the caller expects; empty: any. A picture of another size is an Error.
  Size size{};
  Depth depth{};  // how more than 8 bits a channel become bytes
};

// Throws Error (cause only) if options.size is set and the picture has another size, or if options.crop is set and is
// not inside the picture.
void CheckPicture(const DecodeOptions& options, const ImageHeader& header);

}  // namespace dataset

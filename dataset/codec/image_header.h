#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "dataset/base/enum_names.h"
#include "dataset/image/image.h"

namespace dataset {

enum class ImageFormat { kJpeg, kPng, kBmp, kWebp, kTiff };
constexpr auto EnumNames(ImageFormat) {
  return NameTable<ImageFormat, 5>{{{ImageFormat::kJpeg, "JPEG"},
                                    {ImageFormat::kPng, "PNG"},
                                    {ImageFormat::kBmp, "BMP"},
                                    {ImageFormat::kWebp, "WEBP"},
                                    {ImageFormat::kTiff, "TIFF"}}};
}

// By the first bytes, never by extension; nullopt: no image format we read. 16 bytes are enough.
std::optional<ImageFormat> SniffImageFormat(std::string_view bytes);

// What the first part of a file says.
struct ImageHeader {
  ImageFormat format = ImageFormat::kJpeg;
  int width = 0;  // as stored, before orientation
  int height = 0;
  int channels = 0;     // as stored: 1 grey, 2 grey + alpha, 3 RGB or palette, 4 RGB + alpha or CMYK
  int bits = 8;         // per channel
  int orientation = 1;  // EXIF 1..8
  bool cmyk = false;    // CMYK or YCCK
  bool progressive = false;

  int upright_width() const { return orientation >= 5 ? height : width; }
  int upright_height() const { return orientation >= 5 ? width : height; }
};

// Pictures above this many pixels are refused by their header (Pillow's decompression-bomb limit).
inline constexpr int64_t kMaxPixels = 178956970;

// Throws Error for an empty picture, for sides over 65500 and for more than kMaxPixels. To be called before anything of
// that size is allocated.
void CheckPictureSize(int64_t width, int64_t height);

struct DecodeOptions {
  int channels = 3;  // 1, 3, or 0: one for grey sources, three for all others
  // A JPEG may be decoded at DCT scale 1/8, 2/8 or 4/8 as long as both sides stay at least so large (0: full size).
  // Upright pixels.
  int min_width = 0;
  int min_height = 0;
  // Only this part of the upright picture is wanted (empty: all of it); min_* then bound the part. Damage outside of it
  // may go unnoticed.
  Rect crop{};
  // The upright size for which the crop was chosen (empty: any); a picture of another one is an Error.
  Size size{};
};

// Throws Error if the picture has another size than options.size, or options.crop is not inside it, where these are
// set.
void CheckPicture(const DecodeOptions& options, const ImageHeader& header);

}  // namespace dataset

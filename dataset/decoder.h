#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "dataset/image.h"

namespace dataset {

enum class ImageFormat { kJpeg, kPng, kBmp, kWebp, kTiff };

// By the first bytes, never by extension; nullopt: no image format we read. 16 bytes are enough.
std::optional<ImageFormat> SniffImageFormat(std::string_view bytes);
std::string_view ImageFormatName(ImageFormat format);  // JPEG, PNG, BMP, WEBP, TIFF

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

// Reads the header alone. Throws Error (cause only, no place) for what is not a readable image, above kMaxPixels or
// above 65500 pixels a side. Also refuses a file that is cut off, as far as its frame tells: a JPEG without an
// end-of-image marker, a PNG without an IEND chunk, a WebP or BMP shorter than it says. Of a TIFF with several pages
// the first counts.
ImageHeader ReadImageHeader(std::string_view bytes);

// The stored size, as the beginning of a file has it; nullopt where it does not (ReadImageHeader of the whole file then
// tells). Never throws.
std::optional<Size> PeekImageSize(std::string_view beginning);

// True: ReadImageHeader would take a file with these first and last bytes, whatever lies between them. False: they do
// not tell. Never throws.
bool HasGoodEnds(std::string_view beginning, std::string_view end);

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

// Decodes to upright 8-bit pixels by the conversions of proto/FORMAT.md, section 4. Throws Error (cause only) for
// damaged data (warnings of the codec that mean lost data are errors) and for a crop that is not inside the picture.
// A JPEG without an end-of-image marker is refused. Prints nothing. Thread-safe; `out` keeps its memory between calls.
// Returns the part of *out that `crop`, or without a crop the picture, became. What *out holds beside that part is
// unspecified.
FineRect DecodeImage(std::string_view bytes, const DecodeOptions& options, Image* out);

}  // namespace dataset

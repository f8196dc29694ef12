#include "dataset/codec/image_header.h"

#include <cassert>
#include <string>

#include "dataset/base/error.h"

namespace dataset {
namespace {

// libjpeg's limit. It holds for all formats, so that every picture can be stored as JPEG.
constexpr int64_t kMaxSide = 65500;

std::string Dimensions(int64_t width, int64_t height) { return std::to_string(width) + " x " + std::to_string(height); }

}  // namespace

std::optional<ImageFormat> SniffImageFormat(std::string_view bytes) {
  if (bytes.starts_with("\xff\xd8\xff")) return ImageFormat::kJpeg;
  if (bytes.starts_with("\x89PNG\r\n\x1a\n")) return ImageFormat::kPng;
  if (bytes.starts_with("RIFF") && bytes.size() >= 12 && bytes.substr(8, 4) == "WEBP") return ImageFormat::kWebp;
  if (bytes.starts_with(std::string_view("II*\0", 4)) || bytes.starts_with(std::string_view("MM\0*", 4))) {
    return ImageFormat::kTiff;
  }
  // "BM" alone begins many a text; the size of a bitmap's second header is below 256.
  if (bytes.starts_with("BM") && bytes.size() >= 16 && bytes[14] != 0 && bytes[15] == 0) return ImageFormat::kBmp;
  return std::nullopt;
}

std::string_view ImageFormatName(ImageFormat format) {
  switch (format) {
    case ImageFormat::kJpeg:
      return "JPEG";
    case ImageFormat::kPng:
      return "PNG";
    case ImageFormat::kBmp:
      return "BMP";
    case ImageFormat::kWebp:
      return "WEBP";
    case ImageFormat::kTiff:
      return "TIFF";
  }
  assert(false);
  return "";
}

void CheckPictureSize(int64_t width, int64_t height) {
  if (width < 1 || height < 1) throw Error("an empty picture of " + Dimensions(width, height) + " pixels");
  if (width > kMaxSide || height > kMaxSide) {
    throw Error("a picture of " + Dimensions(width, height) + " pixels; at most " + std::to_string(kMaxSide) +
                " a side are read");
  }
  if (width * height > kMaxPixels) {
    throw Error("a picture of " + Dimensions(width, height) + " pixels; at most " + std::to_string(kMaxPixels) +
                " in all are read");
  }
}

void CheckPicture(const DecodeOptions& options, const ImageHeader& header) {
  const int64_t width = header.upright_width(), height = header.upright_height();
  const Size& size = options.size;
  if (size != Size{} && (size.width != width || size.height != height)) {
    throw Error("the picture is " + Dimensions(width, height) + " pixels, but its record says " +
                Dimensions(size.width, size.height));
  }
  const Rect& crop = options.crop;
  if (crop == Rect{}) return;
  if (crop.x >= 0 && crop.y >= 0 && crop.width > 0 && crop.height > 0 && crop.x <= width - crop.width &&
      crop.y <= height - crop.height) {
    return;
  }
  throw Error("a crop of " + Dimensions(crop.width, crop.height) + " at (" + std::to_string(crop.x) + ", " +
              std::to_string(crop.y) + ") is not inside the picture of " + Dimensions(width, height) + " pixels");
}

}  // namespace dataset

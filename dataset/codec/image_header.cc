#include "dataset/codec/image_header.h"

#include <string>

#include "dataset/base/error.h"
#include "dataset/codec/codec_table.h"

namespace dataset {
namespace {

// libjpeg's limit. It holds for all formats, so that every picture can be stored as JPEG.
constexpr int64_t kMaxSide = 65500;

std::string Dimensions(int64_t width, int64_t height) { return std::to_string(width) + " x " + std::to_string(height); }

}  // namespace

std::optional<ImageFormat> SniffImageFormat(std::string_view bytes) {
  const CodecRow* const codec = SniffCodec(bytes);
  return codec == nullptr ? std::nullopt : std::optional(codec->format);
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

// Headers of pictures, and pixels of small ones.
#include "dataset/codec/camera_raw.h"
#include "dataset/codec/decoder.h"
#include "dataset/codec/image_header.h"
#include "dataset/codec/jpeg_resizer.h"
#include "dataset/io/file.h"
#include "tests/fuzz/fuzz.h"

using namespace dataset;

namespace {

constexpr int64_t kMaxFuzzedPixels = 1 << 18;

bool IsInside(const Rect& part, const Image& image) {
  return part.x >= 0 && part.y >= 0 && part.width > 0 && part.height > 0 && part.x + part.width <= image.width() &&
         part.y + part.height <= image.height();
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = fuzz::Bytes(data, size);
  IsCameraRaw(bytes);
  ImageHeader header;
  if (!fuzz::Accepts([&] { header = ReadImageHeader(bytes); })) return 0;
  fuzz::Check(header.width > 0 && header.height > 0 && header.orientation >= 1 && header.orientation <= 8);
  if (int64_t{header.width} * header.height > kMaxFuzzedPixels) return 0;

  const int width = header.upright_width(), height = header.upright_height();
  DecodeOptions part;
  part.channels = 0;
  part.min_width = part.min_height = 1 + width % 7;
  part.crop = {width / 3, height / 3, (width + 1) / 2, (height + 1) / 2};
  Image image;
  for (const DecodeOptions& options : {DecodeOptions{}, DecodeOptions{.channels = 1, .min_width = 1, .min_height = 1},
                                       DecodeOptions{.depth = Depth::Own()}, part}) {
    fuzz::Accepts([&] {
      fuzz::Check(IsInside(DecodeImage(bytes, options, &image).Pixels(), image));
      fuzz::Check(options.channels == 0 || image.channels() == options.channels);
    });
  }
  if (header.format == ImageFormat::kJpeg) {
    static JpegResizer resizer;
    std::string jpeg;
    const Size target{1 + width % 19, 1 + height % 37};
    fuzz::Accepts([&] {
      if (!resizer.Resize(bytes, {{0, 0, header.width, header.height}, target}, &jpeg)) return;
      const ImageHeader made = ReadImageHeader(jpeg);
      fuzz::Check(made.width == target.width && made.height == target.height && made.channels == 3);
    });
  }
  return 0;
}

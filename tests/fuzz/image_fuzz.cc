// Headers of pictures, and pixels of small ones.
#include "dataset/codec/camera_raw.h"
#include "dataset/codec/jpeg_resizer.h"
#include "tests/fuzz/picture.h"

using namespace dataset;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = fuzz::Bytes(data, size);
  IsCameraRaw(bytes);
  const std::optional<ImageHeader> header = fuzz::ReadPicture(bytes);
  if (header && header->format == ImageFormat::kJpeg) {
    static JpegResizer resizer;
    std::string jpeg;
    const Size target{1 + header->upright_width() % 19, 1 + header->upright_height() % 37};
    fuzz::Accepts([&] {
      if (!resizer.Resize(bytes, {{0, 0, header->width, header->height}, target}, &jpeg)) return;
      const ImageHeader made = ReadImageHeader(jpeg);
      fuzz::Check(made.width == target.width && made.height == target.height && made.channels == 3);
    });
  }
  return 0;
}

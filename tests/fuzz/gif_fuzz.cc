// GIF files.
#include "tests/fuzz/picture.h"

using namespace dataset;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = fuzz::Bytes(data, size);
  if (SniffImageFormat(bytes) == ImageFormat::kGif) fuzz::ReadPicture(bytes);
  return 0;
}

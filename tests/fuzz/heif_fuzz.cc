// HEIC and AVIF files.
#include "tests/fuzz/picture.h"

using namespace dataset;

// Of some damaged AVIF files libheif 1.15 forgets to free the picture.
extern "C" const char* __lsan_default_suppressions() { return "leak:libheif\nleak:libdav1d\n"; }

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = fuzz::Bytes(data, size);
  const std::optional<ImageFormat> format = SniffImageFormat(bytes);
  if (format == ImageFormat::kHeic || format == ImageFormat::kAvif) fuzz::ReadPicture(bytes);
  return 0;
}

#include "dataset/codec/encoder.h"

#include <cassert>

#include "dataset/codec/jpeg_writer.h"
#include "dataset/codec/png_codec.h"

namespace dataset {

void EncodeJpeg(const Image& image, int quality, std::string* out) {
  assert(quality >= 1 && quality <= 100);
  CompressJpeg(image, quality, out);
}

void EncodePng(const Image& image, std::string* out) { CompressPng(image, out); }

}  // namespace dataset

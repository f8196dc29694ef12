#include "dataset/codec/webp_codec.h"

#include <webp/decode.h>

#include <algorithm>

#include "dataset/base/error.h"
#include "dataset/base/little_endian.h"
#include "dataset/codec/image_header.h"
#include "dataset/image/exif.h"

namespace dataset {
namespace {

constexpr size_t kRiffHeader = 12, kChunkHeader = 8;

const uint8_t* Data(std::string_view bytes) { return reinterpret_cast<const uint8_t*>(bytes.data()); }

int Orientation(std::string_view bytes) {
  std::string_view exif, xmp;
  std::string_view rest = bytes.substr(std::min(kRiffHeader, bytes.size()));
  while (rest.size() >= kChunkHeader) {
    const size_t size = LoadLittleEndian<uint32_t>(rest.data() + 4);
    if (size > rest.size() - kChunkHeader) break;
    const std::string_view data = rest.substr(kChunkHeader, size);
    if (rest.starts_with("EXIF")) exif = data;
    if (rest.starts_with("XMP ")) xmp = data;
    rest.remove_prefix(std::min(rest.size(), kChunkHeader + size + size % 2));
  }
  return ParseOrientation(exif, xmp);
}

}  // namespace

ImageHeader ReadWebpHeader(std::string_view bytes) {
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(Data(bytes), bytes.size(), &features) != VP8_STATUS_OK) throw Error("WEBP: damaged header");
  if (bytes.size() - kChunkHeader < LoadLittleEndian<uint32_t>(bytes.data() + 4)) {
    throw Error("WEBP: the file is cut off");
  }
  if (features.has_animation) throw Error("WEBP: animations are not supported");
  CheckPictureSize(features.width, features.height);
  ImageHeader header;
  header.format = ImageFormat::kWebp;
  header.width = features.width;
  header.height = features.height;
  header.channels = features.has_alpha ? 4 : 3;
  header.orientation = Orientation(bytes);
  return header;
}

void DecodeWebp(std::string_view bytes, const ImageHeader& header, Image* out) {
  out->Reset(header.height, header.width, 3);
  if (WebPDecodeRGBInto(Data(bytes), bytes.size(), out->data(), out->bytes(), static_cast<int>(out->stride())) ==
      nullptr) {
    throw Error("WEBP: damaged data");
  }
}

}  // namespace dataset

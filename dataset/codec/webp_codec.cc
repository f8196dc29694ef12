#include "dataset/codec/webp_codec.h"

#include <webp/decode.h>

#include <algorithm>
#include <cstring>

#include "dataset/base/error.h"
#include "dataset/base/little_endian.h"
#include "dataset/codec/image_header.h"
#include "dataset/image/exif.h"

namespace dataset {
namespace {

constexpr size_t kRiffHeader = 12, kChunkHeader = 8;

const uint8_t* Data(std::string_view bytes) { return reinterpret_cast<const uint8_t*>(bytes.data()); }

// The chunks of a file, one after the other.
class ChunkReader {
 public:
  explicit ChunkReader(std::string_view file) : rest_(file.substr(std::min(kRiffHeader, file.size()))) {}

  // Returns false at the end, and at a chunk that is cut off.
  bool Next() {
    if (rest_.size() < kChunkHeader) return false;
    const size_t size = LoadLittleEndian<uint32_t>(rest_.data() + 4);
    if (size > rest_.size() - kChunkHeader) return false;
    type_ = rest_.substr(0, 4);
    data_ = rest_.substr(kChunkHeader, size);
    rest_.remove_prefix(std::min(rest_.size(), kChunkHeader + size + size % 2));
    return true;
  }
  std::string_view type() const { return type_; }
  std::string_view data() const { return data_; }

 private:
  std::string_view rest_, type_, data_;
};

int Orientation(std::string_view bytes) {
  std::string_view exif, xmp;
  for (ChunkReader chunk(bytes); chunk.Next();) {
    if (chunk.type() == "EXIF") exif = chunk.data();
    if (chunk.type() == "XMP ") xmp = chunk.data();
  }
  return ParseOrientation(exif, xmp);
}

WebPBitstreamFeatures ReadFeatures(std::string_view bytes) {
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(Data(bytes), bytes.size(), &features) != VP8_STATUS_OK) throw Error("WEBP: damaged header");
  return features;
}

int Load24(std::string_view bytes, size_t offset) {
  return static_cast<uint8_t>(bytes[offset]) | static_cast<uint8_t>(bytes[offset + 1]) << 8 |
         static_cast<uint8_t>(bytes[offset + 2]) << 16;
}

struct Frame {
  Rect place;
  std::string_view picture;  // the chunks of a picture, without a file's header
};

// Returns the first frame of an animation whose canvas has this size.
Frame FirstFrame(std::string_view bytes, Size canvas) {
  constexpr size_t kFrameHeader = 16;
  ChunkReader chunk(bytes);
  while (chunk.Next() && chunk.type() != "ANMF") {
  }
  const std::string_view data = chunk.data();
  if (chunk.type() != "ANMF" || data.size() < kFrameHeader) throw Error("WEBP: an animation without a frame");
  const Frame frame{{2 * Load24(data, 0), 2 * Load24(data, 3), Load24(data, 6) + 1, Load24(data, 9) + 1},
                    data.substr(kFrameHeader)};
  const Rect& place = frame.place;
  const WebPBitstreamFeatures features = ReadFeatures(frame.picture);
  if (features.width != place.width || features.height != place.height || place.x > canvas.width - place.width ||
      place.y > canvas.height - place.height) {
    throw Error("WEBP: the first frame is not of the size that the header says");
  }
  return frame;
}

}  // namespace

ImageHeader ReadWebpHeader(std::string_view bytes) {
  const WebPBitstreamFeatures features = ReadFeatures(bytes);
  if (bytes.size() - kChunkHeader < LoadLittleEndian<uint32_t>(bytes.data() + 4)) {
    throw Error("WEBP: the file is cut off");
  }
  CheckPictureSize(features.width, features.height);
  ImageHeader header;
  header.format = ImageFormat::kWebp;
  header.width = features.width;
  header.height = features.height;
  header.channels = features.has_alpha ? 4 : 3;
  header.orientation = Orientation(bytes);
  header.animated = features.has_animation != 0;
  if (header.animated) FirstFrame(bytes, {header.width, header.height});
  return header;
}

void DecodeWebp(std::string_view bytes, const ImageHeader& header, Image* out) {
  out->Reset(header.height, header.width, 3);
  Frame frame{{0, 0, header.width, header.height}, bytes};
  if (header.animated) {
    frame = FirstFrame(bytes, {header.width, header.height});
    std::memset(out->data(), 0, out->bytes());
  }
  const size_t offset = static_cast<size_t>(frame.place.y) * out->stride() + size_t{3} * frame.place.x;
  if (WebPDecodeRGBInto(Data(frame.picture), frame.picture.size(), out->data() + offset, out->bytes() - offset,
                        static_cast<int>(out->stride())) == nullptr) {
    throw Error("WEBP: damaged data");
  }
}

}  // namespace dataset

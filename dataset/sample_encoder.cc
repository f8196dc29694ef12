#include "dataset/sample_encoder.h"

#include <algorithm>
#include <utility>

#include "dataset/encoder.h"
#include "dataset/error.h"
#include "dataset/record_writer.h"
#include "dataset/sample.h"
#include "dataset/scale.h"
#include "dataset/sha256.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

// What the features beside the content may take of a record.
constexpr uint64_t kFeatureBytes = uint64_t{1} << 20;

uint64_t Pixels(const Size& size) { return static_cast<uint64_t>(size.width) * size.height; }

}  // namespace

SampleEncoder::SampleEncoder(const CompileOptions& options, const fs::path& root, const Scale& scale)
    : options_(options), root_(root), scale_(scale) {}

EncodedSample SampleEncoder::Encode(const ManifestEntry& entry, uint32_t label) {
  const fs::path path = root_ / entry.path;
  ReadFileInto(path, &file_);
  Sample sample;
  sample.source_id = Sha256Hex(file_);
  if (!entry.sha256.empty() && entry.sha256 != sample.source_id) {
    throw Error(Place{path.string(), {}, {}}, "has changed: its sha256 is not that of the manifest; run dsplit again");
  }
  sample.store = options_.store;
  sample.label = label;
  sample.class_name = entry.label;
  sample.filename = entry.path;

  // From here on an Error is about the picture.
  try {
    const ImageHeader header = ReadImageHeader(file_);
    const Size size = StoredSize(header.upright_width(), header.upright_height());
    const bool grey = options_.channels == 1 || (options_.channels == 0 && header.channels <= 2 && !header.cmyk);
    sample.width = static_cast<uint32_t>(size.width);
    sample.height = static_cast<uint32_t>(size.height);
    sample.channels = grey ? 1 : 3;
    sample.format = "RAW";
    sample.dtype = options_.store == Store::kNormalized ? options_.dtype : "uint8";
    sample.layout = options_.store == Store::kNormalized ? "CHW" : "HWC";

    const uint64_t bytes =
        options_.store == Store::kCompressed ? file_.size() : Pixels(size) * sample.channels * ValueBytes(sample.dtype);
    if (bytes > kMaxRecordBytes - kFeatureBytes) {
      return {"", std::to_string(bytes) + " bytes are more than a record can hold"};
    }
    switch (options_.store) {
      case Store::kCompressed: {
        const bool jpeg = header.format == ImageFormat::kJpeg || header.format == ImageFormat::kWebp;
        sample.format = jpeg ? "JPEG" : "PNG";
        if (PassesThrough(header, size)) {
          if (options_.check == Check::kFull) Decode(size, sample.channels);
          sample.content = file_;
        } else {
          Decode(size, sample.channels);
          jpeg ? EncodeJpeg(picture_, static_cast<int>(options_.quality), &content_) : EncodePng(picture_, &content_);
          sample.content = content_;
        }
        break;
      }
      case Store::kRaw:
        Decode(size, sample.channels);
        sample.content = {reinterpret_cast<const char*>(picture_.data()), picture_.bytes()};
        break;
      case Store::kNormalized:
        Decode(size, sample.channels);
        EncodeValues(picture_, scale_, &content_);
        sample.content = content_;
        break;
    }
  } catch (const Error& error) {
    return {"", error.what()};
  }
  return {SerializeSample(sample), ""};
}

uint64_t SampleEncoder::EstimateBytes(const ManifestEntry& entry) {
  const fs::path path = root_ / entry.path;
  std::error_code ignored;
  const bool compressed = options_.store == Store::kCompressed;
  if (compressed && options_.resize == 0) {
    const uint64_t bytes = fs::file_size(path, ignored);
    return ignored ? 0 : bytes;
  }
  Size source;
  try {
    ReadFileInto(path, &file_);
    const ImageHeader header = ReadImageHeader(file_);
    source = {header.upright_width(), header.upright_height()};
  } catch (const Error&) {
    return 0;
  }
  const uint64_t before = Pixels(source);
  const uint64_t after = Pixels(StoredSize(source.width, source.height));
  if (compressed) return static_cast<uint64_t>(static_cast<double>(file_.size()) * after / before);
  const uint32_t value_bytes = options_.store == Store::kRaw ? 1 : ValueBytes(options_.dtype);
  return after * (options_.channels == 1 ? 1 : 3) * value_bytes;
}

Size SampleEncoder::StoredSize(int width, int height) const {
  return options_.resize == 0 ? Size{width, height} : ShortSideSize(width, height, static_cast<int>(options_.resize));
}

bool SampleEncoder::PassesThrough(const ImageHeader& header, const Size& size) const {
  return (header.format == ImageFormat::kJpeg || header.format == ImageFormat::kPng) && header.orientation == 1 &&
         !header.cmyk && size == Size{header.width, header.height} &&
         (options_.channels == 0 || static_cast<int>(options_.channels) == header.channels);
}

void SampleEncoder::Decode(const Size& size, uint32_t channels) {
  DecodeOptions decode;
  decode.channels = static_cast<int>(channels);
  decode.min_width = size.width;
  decode.min_height = size.height;
  const Rect part = DecodeImage(file_, decode, &decoded_);
  if (part == Rect{0, 0, size.width, size.height} && decoded_.width() == size.width &&
      decoded_.height() == size.height) {
    std::swap(decoded_, picture_);
  } else {
    ResizeImage(decoded_, part, size.width, size.height, Interpolation::kAuto, &picture_);
  }
}

}  // namespace dataset

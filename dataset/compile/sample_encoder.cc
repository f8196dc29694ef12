#include "dataset/compile/sample_encoder.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "dataset/base/crc32c.h"
#include "dataset/base/error.h"
#include "dataset/base/sha256.h"
#include "dataset/codec/codec_table.h"
#include "dataset/codec/decoder.h"
#include "dataset/codec/encoder.h"
#include "dataset/codec/jpeg_transcoder.h"
#include "dataset/image/resize.h"
#include "dataset/io/file.h"
#include "dataset/io/readable_file.h"
#include "dataset/record/record_format.h"
#include "dataset/sample/scale.h"
#include "dataset/sample/store.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

// The room that a record keeps for features other than the content.
constexpr uint64_t kFeatureBytes = uint64_t{1} << 20;
// So many bytes of a file mostly reach its frame header, although EXIF blocks with thumbnails come first.
constexpr size_t kPeekBytes = size_t{64} << 10;

uint64_t Pixels(const Size& size) { return static_cast<uint64_t>(size.width) * size.height; }

// Of one channel of a pixel of store raw or normalized.
uint32_t ValueBytesOf(const CompileOptions& options) {
  return options.store == Store::kNormalized ? ValueBytes(options.dtype) : 1;
}

// Returns the stored size of the picture; reads the whole file only if its beginning does not tell.
std::optional<Size> SourceSize(const fs::path& path, std::string* buffer) {
  try {
    const ReadableFile file(path);
    buffer->resize(std::min<uint64_t>(kPeekBytes, file.size()));
    buffer->resize(file.ReadAt(0, buffer->size(), buffer->data()));
    if (const std::optional<Size> size = PeekImageSize(*buffer)) return size;
    ReadFileInto(path, buffer);
    const ImageHeader header = ReadImageHeader(*buffer);
    return Size{header.width, header.height};
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

SampleEncoder::SampleEncoder(const CompileOptions& options, const fs::path& root, const DatasetInfo& info)
    : options_(options), root_(root), info_(info) {}

Payload EncodedSample::payload() const {
  const std::string_view around = shell.bytes;
  return {{around.substr(0, shell.hole), content, around.substr(shell.hole)}, crc32c};
}

EncodedSample SampleEncoder::Encode(const ManifestEntry& entry, uint32_t label, std::string buffer) {
  ReadSource(entry);
  Sample sample;
  sample.store = options_.store;
  sample.label = label;
  sample.class_name = entry.label;
  sample.filename = entry.path;
  sample.source_id = source_id_;
  EncodedSample encoded;
  encoded.content = std::move(buffer);
  try {
    EncodePicture(&sample, &encoded);
  } catch (const Error& error) {
    encoded.reject = error.what();
    return encoded;
  }
  encoded.shell = ShellOf(sample, info_.keys);
  for (std::string* own : {&file_, &content_}) {
    if (sample.content.data() == own->data()) std::swap(*own, encoded.content);
  }
  if (sample.content.data() != encoded.content.data()) encoded.content.assign(sample.content);
  for (const std::string_view piece : encoded.payload().pieces) encoded.crc32c = ExtendCrc32c(encoded.crc32c, piece);
  return encoded;
}

EncodedSample SampleEncoder::SumPixels(const ManifestEntry& entry) {
  ReadSource(entry);
  EncodedSample encoded;
  try {
    const ImageHeader header = ReadImageHeader(file_);
    Decode(header, PlaceInBox(options_.box_fit, header.upright_width(), header.upright_height()), ChannelsOf(header),
           &encoded.notes);
    encoded.pixels.Add(picture_);
  } catch (const Error& error) {
    encoded.reject = error.what();
  }
  return encoded;
}

void SampleEncoder::ReadSource(const ManifestEntry& entry) {
  root_.Read(entry.path, &file_);
  source_id_ = Sha256Hex(file_);
  if (!entry.sha256.empty() && entry.sha256 != source_id_) {
    throw Error(root_.FullName(entry.path), "has changed: its sha256 is not that of the manifest; run dsplit again");
  }
}

uint32_t SampleEncoder::ChannelsOf(const ImageHeader& header) const {
  return options_.channels == 1 || (options_.channels == 0 && header.channels <= 2 && !header.cmyk) ? 1 : 3;
}

void SampleEncoder::EncodePicture(Sample* sample, EncodedSample* encoded) {
  const ImageHeader header = ReadImageHeader(file_);
  const BoxPlacement placement = PlaceInBox(options_.box_fit, header.upright_width(), header.upright_height());
  const bool compressed = options_.store == Store::kCompressed, normalized = options_.store == Store::kNormalized;
  const StoreRow& row = RowOf(options_.store);
  sample->width = static_cast<uint32_t>(placement.stored.width);
  sample->height = static_cast<uint32_t>(placement.stored.height);
  sample->channels = ChannelsOf(header);
  sample->format = row.formats.front();
  sample->dtype = normalized ? NameOf(options_.dtype) : row.dtypes.front();
  sample->layout = row.layouts.front();

  const uint64_t bytes =
      compressed ? file_.size() : Pixels(placement.stored) * sample->channels * ValueBytesOf(options_);
  if (bytes > kMaxRecordBytes - kFeatureBytes) {
    throw Error(std::to_string(bytes) + " bytes are more than a record can hold");
  }
  if (compressed) {
    Compress(header, placement, sample, &encoded->notes);
    return;
  }
  Decode(header, placement, sample->channels, &encoded->notes);
  if (options_.channels != 0) encoded->pixels.Add(picture_);
  if (normalized) {
    EncodeValues(picture_, info_.scale, &content_);
    sample->content = content_;
  } else {
    sample->content = {reinterpret_cast<const char*>(picture_.data()), picture_.bytes()};
  }
}

void SampleEncoder::Compress(const ImageHeader& header, const BoxPlacement& placement, Sample* sample,
                             SourceNotes* notes) {
  const bool passes = PassesThrough(header, placement);
  bool jpeg = CodecOf(header.format).recoded == ImageFormat::kJpeg;
  if (options_.encode != Encode::kKeep) jpeg = options_.encode == Encode::kJpeg;
  sample->format = jpeg ? "JPEG" : "PNG";
  if (!passes && jpeg && ResizePlanes(header, placement, sample->channels)) {
    sample->content = content_;
    return;
  }
  if (passes && header.progressive && options_.transcode == Transcode::kBaseline) {
    TranscodeToBaseline(file_, &content_);
    sample->content = content_;
  } else if (passes) {
    if (options_.check == SourceCheck::kFull) CheckImage(file_, {}, &decoded_);
    notes->unchecked = options_.check == SourceCheck::kFull ? 0 : 1;
    sample->content = file_;
  } else {
    Decode(header, placement, sample->channels, notes);
    jpeg ? EncodeJpeg(picture_, static_cast<int>(options_.quality), &content_) : EncodePng(picture_, &content_);
    sample->content = content_;
  }
}

bool SampleEncoder::ResizePlanes(const ImageHeader& header, const BoxPlacement& placement, uint32_t channels) {
  const Interpolation interpolation = options_.box_fit.interpolation;
  const bool averages = interpolation == Interpolation::kAuto || interpolation == Interpolation::kArea;
  if (header.format != ImageFormat::kJpeg || header.channels != 3 || channels != 3 || header.orientation != 1 ||
      !averages || placement.scaled != placement.stored) {
    return false;
  }
  return resizer_.Resize(file_, {placement.part, placement.stored, interpolation, static_cast<int>(options_.quality)},
                         &content_);
}

bool SampleEncoder::PassesThrough(const ImageHeader& header, const BoxPlacement& placement) const {
  const bool jpeg = header.format == ImageFormat::kJpeg, png = header.format == ImageFormat::kPng;
  const bool format_fits = options_.encode == Encode::kKeep   ? jpeg || png
                           : options_.encode == Encode::kJpeg ? jpeg
                                                              : png;
  return format_fits && header.orientation == 1 && !header.cmyk && placement.keeps(header.width, header.height) &&
         (header.bits <= 8 || info_.depth.TakesHighByte()) &&
         (options_.channels == 0 || static_cast<int>(options_.channels) == header.channels);
}

void SampleEncoder::Decode(const ImageHeader& header, const BoxPlacement& placement, uint32_t channels,
                           SourceNotes* notes) {
  const Interpolation interpolation = options_.box_fit.interpolation;
  const Rect whole{0, 0, header.upright_width(), header.upright_height()};
  DecodeOptions decode;
  decode.channels = static_cast<int>(channels);
  decode.min_width = LeastDecodedSide(placement.scaled.width, interpolation);
  decode.min_height = LeastDecodedSide(placement.scaled.height, interpolation);
  if (placement.part != whole) decode.crop = placement.part;
  decode.depth = info_.depth;
  bool clipped = false;
  const FineRect from = DecodeImage(file_, decode, &decoded_, &clipped);
  notes->clipped = clipped ? 1 : 0;

  const Size& stored = placement.stored;
  if (from == Rect{0, 0, stored.width, stored.height} && decoded_.width() == stored.width &&
      decoded_.height() == stored.height && placement.scaled == stored) {
    std::swap(decoded_, picture_);
    return;
  }
  picture_.Reset(stored.height, stored.width, decoded_.channels());
  FillPadding(placement, options_.box_fit.pad, &picture_);
  ResizeImage(decoded_, from, placement.scaled.width, placement.scaled.height, interpolation,
              picture_.row(placement.top) + ptrdiff_t{placement.left} * picture_.channels(), picture_.stride());
}

uint64_t SampleEncoder::EstimateBytes(const ManifestEntry& entry) {
  const fs::path path = root_.FullName(entry.path);
  std::error_code error;
  const bool compressed = options_.store == Store::kCompressed;
  const uint64_t file_bytes = compressed ? fs::file_size(path, error) : 0;
  if (error) return 0;
  if (compressed && options_.box_fit.keeps_size()) return file_bytes;

  const std::optional<Size> source = SourceSize(path, &file_);
  if (!source) return 0;
  const uint64_t before = Pixels(*source);
  const uint64_t after = Pixels(PlaceInBox(options_.box_fit, source->width, source->height).stored);
  if (compressed) {
    const double ratio = std::min(1.0, static_cast<double>(after) / static_cast<double>(before));
    return static_cast<uint64_t>(static_cast<double>(file_bytes) * ratio);
  }
  return after * (options_.channels == 1 ? 1 : 3) * ValueBytesOf(options_);
}

}  // namespace dataset

#include "dataset/read/sample_parser.h"

#include <limits>

#include "dataset/base/error.h"
#include "dataset/codec/decoder.h"
#include "dataset/codec/image_header.h"
#include "dataset/io/file.h"
#include "dataset/read/class_map.h"
#include "dataset/sample/store.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

// The number of classes of a single file, which does not tell it.
constexpr uint32_t kAnyClass = std::numeric_limits<uint32_t>::max();

}  // namespace

SampleParser::SampleParser(const DatasetInfo& info)
    : classes_(info.classes), dataset_(true), scale_(info.scale), keys_(info.keys), foreign_(info.foreign) {
  if (foreign_ && foreign_->named) {
    foreign_classes_ = NamedClasses(classes_);
  } else {
    foreign_classes_.count = static_cast<uint32_t>(classes_.size());
  }
}

SampleParser::SampleParser(const fs::path& path, const std::optional<DatasetInfo>& info) {
  if (info) {
    *this = SampleParser(*info);
    return;
  }
  foreign_.emplace();
  if (const std::optional<fs::path> map = FindClassMap(path.parent_path())) {
    classes_ = ParseClassMap(ReadFile(*map, 64 << 20), 0, map->string());
    foreign_classes_ = NamedClasses(classes_);
  }
  foreign_classes_.count = kAnyClass;
}

void SampleParser::ParsePayload(std::string_view payload, const Place& place, Sample* out) const {
  if (!foreign_) {
    ParseSampleInto(payload, foreign_classes_.count, place, keys_, out);
    return;
  }
  ParseForeignSample(payload, keys_, *foreign_, foreign_classes_, place, out);
  if (out->store == Store::kNormalized && scale_.a.empty()) {
    throw Error(place, "holds floats, whose scale a single file does not tell; name it with `scale`");
  }
}

Sample SampleParser::Parse(const RecordStream::Record& record) const {
  Sample sample;
  ParsePayload(record.payload, record.place, &sample);
  if (dataset_) {
    sample.class_name = classes_[sample.label];
  } else if (sample.class_name.empty()) {
    sample.class_name = sample.label < classes_.size() ? classes_[sample.label] : std::to_string(sample.label);
  }
  return sample;
}

void SampleParser::ParseSized(std::string_view payload, const Place& place, Sample* out) const {
  ParsePayload(payload, place, out);
  if (out->height > 0) return;
  try {
    const ImageHeader header = ReadImageHeader(out->content);
    out->height = static_cast<uint32_t>(header.upright_height());
    out->width = static_cast<uint32_t>(header.upright_width());
    out->channels = header.channels <= 2 && !header.cmyk ? 1 : 3;
  } catch (const Error& error) {
    throw Error(place, error.what());
  }
}

void SampleParser::Picture(const Sample& sample, int min_side, Image* out) const {
  if (sample.store == Store::kCompressed) {
    DecodeImage(sample.content, {.channels = 0, .min_width = min_side, .min_height = min_side}, out);
  } else {
    StoredPixels(sample, scale_, out);
  }
}

void SampleParser::CheckPicture(const Sample& sample, Image* scratch) const {
  if (sample.store == Store::kCompressed) {
    CheckImage(sample.content, {.size = {static_cast<int>(sample.width), static_cast<int>(sample.height)}}, scratch);
  } else {
    StoredPixels(sample, scale_, scratch);
  }
}

}  // namespace dataset

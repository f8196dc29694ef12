#include "dataset/sample_parser.h"

#include <limits>
#include <variant>

#include "dataset/decoder.h"
#include "dataset/error.h"
#include "dataset/example.h"
#include "dataset/file.h"
#include "dataset/manifest.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

// Of a single file, in which nothing says how many classes there are.
constexpr uint32_t kAnyClass = std::numeric_limits<uint32_t>::max();

// The only value of a feature; nullptr if there is none or another number of them.
template <typename Value>
const Value* Only(const ExampleView& example, std::string_view key) {
  const auto found = example.find(key);
  if (found == example.end()) return nullptr;
  const auto* list = std::get_if<std::vector<Value>>(&found->second);
  return list != nullptr && list->size() == 1 ? &list->front() : nullptr;
}

std::string Text(const ExampleView& example, std::string_view key) {
  const auto* text = Only<std::string_view>(example, key);
  return text == nullptr ? "" : std::string(*text);
}

uint32_t Size(const ExampleView& example, std::string_view key) {
  const auto* size = Only<int64_t>(example, key);
  return size == nullptr || *size < 0 || *size > kMaxPixels ? 0 : static_cast<uint32_t>(*size);
}

// As TF-Slim and others write them.
Sample ForeignSample(const ExampleView& example, const Place& place) {
  const auto* content = Only<std::string_view>(example, "image/encoded");
  const auto* label = Only<int64_t>(example, "image/class/label");
  if (content == nullptr) throw Error(place, "lacks image/encoded, one byte string");
  if (label == nullptr) throw Error(place, "lacks image/class/label, one integer");
  if (*label < 0 || *label >= kAnyClass) {
    throw Error(place, "image/class/label " + std::to_string(*label) + " is no class");
  }
  Sample sample;
  sample.store = Store::kCompressed;
  sample.content = *content;
  sample.format = Text(example, "image/format");
  sample.height = Size(example, "image/height");
  sample.width = Size(example, "image/width");
  sample.channels = Size(example, "image/channels");
  sample.label = static_cast<uint32_t>(*label);
  sample.class_name = Text(example, "image/class/text");
  sample.filename = Text(example, "image/filename");
  return sample;
}

}  // namespace

SampleParser::SampleParser(const fs::path& path, const std::optional<DatasetInfo>& info) : dataset_(info.has_value()) {
  if (info) {
    classes_ = info->classes;
    scale_ = info->scale;
    keys_ = info->keys;
    return;
  }
  const fs::path classes_file = path.parent_path() / "classes.txt";
  std::error_code error;
  if (fs::exists(classes_file, error)) {
    classes_ = ParseClasses(ReadFile(classes_file, 64 << 20), classes_file.string());
  }
}

Sample SampleParser::Parse(const RecordStream::Record& record) const {
  if (dataset_) {
    Sample sample = ParseSample(record.payload, static_cast<uint32_t>(classes_.size()), record.place, keys_);
    sample.class_name = classes_[sample.label];
    return sample;
  }
  const ExampleView example = ParseExampleView(record.payload, record.place);
  if (example.contains("image/values")) {
    throw Error(record.place, "image/values cannot be read without the scale in dataset.json; name the dataset folder");
  }
  Sample sample = example.contains("image/raw") ? ParseSample(record.payload, kAnyClass, record.place)
                                                : ForeignSample(example, record.place);
  if (sample.class_name.empty()) {
    sample.class_name = sample.label < classes_.size() ? classes_[sample.label] : std::to_string(sample.label);
  }
  return sample;
}

void SampleParser::Picture(const Sample& sample, int min_side, Image* out) const {
  if (sample.store == Store::kCompressed) {
    DecodeImage(sample.content, {.channels = 0, .min_width = min_side, .min_height = min_side}, out);
  } else {
    StoredPixels(sample, scale_, out);
  }
}

}  // namespace dataset

#include "dataset/sample.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <optional>
#include <variant>
#include <vector>

#include "dataset/decoder.h"
#include "dataset/example.h"
#include "dataset/scale.h"

namespace dataset {
namespace {

constexpr std::string_view kChannels = "image/channels", kLabel = "image/class/label", kClassName = "image/class/text",
                           kDtype = "image/dtype", kEncoded = "image/encoded", kFilename = "image/filename",
                           kFormat = "image/format", kHeight = "image/height", kLayout = "image/layout",
                           kRaw = "image/raw", kSourceId = "image/source_id", kValues = "image/values",
                           kWidth = "image/width";

std::string_view ContentKey(Store store) {
  return store == Store::kCompressed ? kEncoded : store == Store::kRaw ? kRaw : kValues;
}

// The values of one sample, checked for presence, type and range.
class Fields {
 public:
  Fields(std::string_view payload, const Place& place) : place_(place), example_(ParseExampleView(payload, place)) {}

  [[noreturn]] void Refuse(const std::string& cause) const { throw Error(place_, cause); }

  bool Has(std::string_view key) const { return example_.contains(key); }

  std::string_view Bytes(std::string_view key) const { return One<std::string_view>(key, "byte string"); }

  uint32_t Integer(std::string_view key, int64_t min, int64_t max) const {
    const int64_t integer = One<int64_t>(key, "integer");
    if (integer < min || integer > max) {
      Refuse(std::string(key) + " " + std::to_string(integer) + " is not in " + std::to_string(min) + " ... " +
             std::to_string(max));
    }
    return static_cast<uint32_t>(integer);
  }

  std::string Choice(std::string_view key, std::initializer_list<std::string_view> choices) const {
    const std::string_view value = Bytes(key);
    if (std::find(choices.begin(), choices.end(), value) == choices.end()) {
      Refuse(std::string(key) + " does not fit the store");
    }
    return std::string(value);
  }

 private:
  template <typename Value>
  Value One(std::string_view key, const char* what) const {
    const auto found = example_.find(key);
    if (found == example_.end()) Refuse("lacks " + std::string(key));
    const auto* list = std::get_if<std::vector<Value>>(&found->second);
    if (list == nullptr || list->size() != 1) Refuse(std::string(key) + " is not one " + what);
    return list->front();
  }

  const Place& place_;
  const ExampleView example_;
};

Store StoreOf(const Fields& fields) {
  std::optional<Store> store;
  for (const Store candidate : {Store::kCompressed, Store::kRaw, Store::kNormalized}) {
    if (!fields.Has(ContentKey(candidate))) continue;
    if (store) fields.Refuse("has more than one of image/encoded, image/raw, image/values");
    store = candidate;
  }
  if (!store) fields.Refuse("lacks image/encoded, image/raw or image/values");
  return *store;
}

}  // namespace

std::string SerializeSample(const Sample& sample) {
  const auto bytes = [](std::string_view value) { return FeatureView(std::vector<std::string_view>{value}); };
  const auto integer = [](int64_t value) { return FeatureView(std::vector<int64_t>{value}); };
  return SerializeExample(ExampleView{
      {kChannels, integer(sample.channels)},
      {kLabel, integer(sample.label)},
      {kClassName, bytes(sample.class_name)},
      {kDtype, bytes(sample.dtype)},
      {ContentKey(sample.store), bytes(sample.content)},
      {kFilename, bytes(sample.filename)},
      {kFormat, bytes(sample.format)},
      {kHeight, integer(sample.height)},
      {kLayout, bytes(sample.layout)},
      {kSourceId, bytes(sample.source_id)},
      {kWidth, integer(sample.width)},
  });
}

Sample ParseSample(std::string_view payload, uint32_t classes, const Place& place) {
  assert(classes > 0);
  const Fields fields(payload, place);
  Sample sample;
  sample.store = StoreOf(fields);
  sample.content = fields.Bytes(ContentKey(sample.store));
  const bool compressed = sample.store == Store::kCompressed, normalized = sample.store == Store::kNormalized;
  sample.format = compressed ? fields.Choice(kFormat, {"JPEG", "PNG"}) : fields.Choice(kFormat, {"RAW"});
  sample.dtype = normalized ? fields.Choice(kDtype, {"float32", "float16"}) : fields.Choice(kDtype, {"uint8"});
  sample.layout = fields.Choice(kLayout, {normalized ? "CHW" : "HWC"});
  sample.height = fields.Integer(kHeight, 1, kMaxPixels);
  sample.width = fields.Integer(kWidth, 1, kMaxPixels);
  sample.channels = fields.Integer(kChannels, 1, 3);
  if (sample.channels == 2) fields.Refuse("image/channels is neither 1 nor 3");
  sample.label = fields.Integer(kLabel, 0, int64_t{classes} - 1);
  sample.class_name = fields.Bytes(kClassName);
  sample.filename = fields.Bytes(kFilename);
  sample.source_id = fields.Bytes(kSourceId);

  // Each factor is below 2^28, so nothing overflows.
  const uint64_t pixels = uint64_t{sample.height} * sample.width;
  if (pixels > static_cast<uint64_t>(kMaxPixels)) fields.Refuse("a picture of more than kMaxPixels pixels");
  if (compressed) {
    if (sample.content.empty()) fields.Refuse("image/encoded is empty");
  } else if (const uint64_t size = pixels * sample.channels * ValueBytes(sample.dtype); sample.content.size() != size) {
    fields.Refuse(std::string(ContentKey(sample.store)) + " has " + std::to_string(sample.content.size()) +
                  " bytes, but height x width x channels of " + sample.dtype + " are " + std::to_string(size));
  }
  return sample;
}

void StoredPixels(const Sample& sample, const Scale& scale, Image* out) {
  assert(sample.store != Store::kCompressed);
  out->Reset(static_cast<int>(sample.height), static_cast<int>(sample.width), static_cast<int>(sample.channels));
  if (sample.store == Store::kRaw) {
    assert(sample.content.size() == out->bytes());
    std::memcpy(out->data(), sample.content.data(), out->bytes());
  } else {
    if (sample.dtype != scale.dtype)
      throw Error("image/dtype " + sample.dtype + " is not the dataset's " + scale.dtype);
    if (sample.channels > scale.a.size()) throw Error("image/channels is not the dataset's");
    DecodeValues(sample.content, scale, out);
  }
}

}  // namespace dataset

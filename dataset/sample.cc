#include "dataset/sample.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <optional>

#include "dataset/decoder.h"
#include "dataset/scale.h"
#include "dataset/wire_format.h"

namespace dataset {
namespace {

// In the order of the canonical encoding; a sample has one of the three contents.
enum Key : size_t {
  kChannels,
  kLabel,
  kClassName,
  kDtype,
  kEncoded,
  kFilename,
  kFormat,
  kHeight,
  kLayout,
  kRaw,
  kSourceId,
  kValues,
  kWidth,
  kKeys
};

constexpr std::array<std::string_view, kKeys> kKeyNames = {
    "image/channels",  "image/class/label", "image/class/text", "image/dtype",  "image/encoded",
    "image/filename",  "image/format",      "image/height",     "image/layout", "image/raw",
    "image/source_id", "image/values",      "image/width"};

Key ContentKey(Store store) { return store == Store::kCompressed ? kEncoded : store == Store::kRaw ? kRaw : kValues; }

// Field numbers of proto/example.proto.
constexpr uint32_t kExampleFeatures = 1;
constexpr uint32_t kFeaturesFeature = 1;
constexpr uint32_t kEntryKey = 1;
constexpr uint32_t kEntryValue = 2;
constexpr uint32_t kFeatureBytes = 1;
constexpr uint32_t kFeatureInts = 3;
constexpr uint32_t kListValue = 1;

// A feature that a sample may have: one byte string or one integer.
struct Value {
  bool present = false;
  uint32_t kind = 0;   // kFeatureBytes, kFeatureInts, another field number, or 0
  uint32_t count = 0;  // values in the list
  std::string_view bytes;
  uint64_t integer = 0;
};

// Parsers return false for bytes that are not the message.
bool ParseList(std::string_view list, Value* value) {
  WireReader reader(list);
  while (reader.Next()) {
    if (reader.field() != kListValue) continue;
    if (value->kind == kFeatureBytes) {
      if (reader.type() != WireType::kBytes) return false;
      value->bytes = reader.bytes();
      ++value->count;
    } else if (reader.type() == WireType::kVarint) {
      value->integer = reader.integer();
      ++value->count;
    } else if (reader.type() == WireType::kBytes) {
      std::string_view packed = reader.bytes();
      while (!packed.empty()) {
        if (!TakeVarint(&packed, &value->integer)) return false;
        ++value->count;
      }
    } else {
      return false;
    }
  }
  return reader.good();
}

bool ParseFeature(std::string_view feature, Value* value) {
  WireReader reader(feature);
  while (reader.Next()) {
    if (reader.type() != WireType::kBytes) continue;
    if (reader.field() != value->kind) {
      *value = Value{};
      value->kind = reader.field();
    }
    if (value->kind != kFeatureBytes && value->kind != kFeatureInts) continue;
    if (!ParseList(reader.bytes(), value)) return false;
  }
  value->present = true;
  return reader.good();
}

bool ParseEntry(std::string_view entry, std::array<Value, kKeys>* values) {
  std::string_view key, feature;
  WireReader reader(entry);
  while (reader.Next()) {
    if (reader.field() == kEntryKey && reader.type() == WireType::kBytes) key = reader.bytes();
    if (reader.field() == kEntryValue && reader.type() == WireType::kBytes) feature = reader.bytes();
  }
  if (!reader.good()) return false;
  const auto found = std::lower_bound(kKeyNames.begin(), kKeyNames.end(), key);
  Value value;
  if (!ParseFeature(feature, &value)) return false;
  if (found != kKeyNames.end() && *found == key) (*values)[found - kKeyNames.begin()] = value;
  return true;
}

bool ParseFeatures(std::string_view payload, std::array<Value, kKeys>* values) {
  WireReader example(payload);
  while (example.Next()) {
    if (example.field() != kExampleFeatures || example.type() != WireType::kBytes) continue;
    WireReader features(example.bytes());
    while (features.Next()) {
      if (features.field() != kFeaturesFeature || features.type() != WireType::kBytes) continue;
      if (!ParseEntry(features.bytes(), values)) return false;
    }
    if (!features.good()) return false;
  }
  return example.good();
}

// The values of one sample, checked for presence, type and range.
class Fields {
 public:
  Fields(std::string_view payload, const Place& place) : place_(place) {
    if (!ParseFeatures(payload, &values_)) Refuse("is not an Example");
  }

  [[noreturn]] void Refuse(const std::string& cause) const { throw Error(place_, cause); }

  bool Has(Key key) const { return values_[key].present; }

  std::string_view Bytes(Key key) const { return One(key, kFeatureBytes, "byte string").bytes; }

  uint32_t Integer(Key key, uint64_t min, uint64_t max) const {
    const uint64_t integer = One(key, kFeatureInts, "integer").integer;
    if (integer < min || integer > max) {
      Refuse(std::string(kKeyNames[key]) + " " + std::to_string(static_cast<int64_t>(integer)) + " is not in " +
             std::to_string(min) + " ... " + std::to_string(max));
    }
    return static_cast<uint32_t>(integer);
  }

  std::string Choice(Key key, std::initializer_list<std::string_view> choices) const {
    const std::string_view value = Bytes(key);
    if (std::find(choices.begin(), choices.end(), value) == choices.end()) {
      Refuse(std::string(kKeyNames[key]) + " does not fit the store");
    }
    return std::string(value);
  }

 private:
  const Value& One(Key key, uint32_t kind, const char* what) const {
    const Value& value = values_[key];
    if (!value.present) Refuse("lacks " + std::string(kKeyNames[key]));
    if (value.kind != kind || value.count != 1) Refuse(std::string(kKeyNames[key]) + " is not one " + what);
    return value;
  }

  const Place& place_;
  std::array<Value, kKeys> values_;
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
  struct Feature {
    Key key;
    bool is_bytes;
    std::string_view bytes;
    uint64_t integer;
  };
  const auto bytes = [](Key key, std::string_view value) { return Feature{key, true, value, 0}; };
  const auto integer = [](Key key, uint64_t value) { return Feature{key, false, {}, value}; };
  std::array<Feature, 11> features = {
      integer(kChannels, sample.channels),
      integer(kLabel, sample.label),
      bytes(kClassName, sample.class_name),
      bytes(kDtype, sample.dtype),
      bytes(ContentKey(sample.store), sample.content),
      bytes(kFilename, sample.filename),
      bytes(kFormat, sample.format),
      integer(kHeight, sample.height),
      bytes(kLayout, sample.layout),
      bytes(kSourceId, sample.source_id),
      integer(kWidth, sample.width),
  };
  std::sort(features.begin(), features.end(), [](const Feature& a, const Feature& b) { return a.key < b.key; });

  // Sizes from the inside out, since every message is preceded by its length.
  struct Sizes {
    uint64_t value, list, feature, entry;
  };
  std::array<Sizes, features.size()> sizes;
  uint64_t total = 0;
  for (size_t i = 0; i < features.size(); ++i) {
    const Feature& feature = features[i];
    Sizes& size = sizes[i];
    size.value = feature.is_bytes ? feature.bytes.size() : VarintSize(feature.integer);
    size.list = BytesFieldSize(size.value);
    size.feature = BytesFieldSize(size.list);
    size.entry = BytesFieldSize(kKeyNames[feature.key].size()) + BytesFieldSize(size.feature);
    total += BytesFieldSize(size.entry);
  }

  std::string payload;
  payload.reserve(BytesFieldSize(total));
  AppendBytesHeader(kExampleFeatures, total, &payload);
  for (size_t i = 0; i < features.size(); ++i) {
    const Feature& feature = features[i];
    const std::string_view key = kKeyNames[feature.key];
    AppendBytesHeader(kFeaturesFeature, sizes[i].entry, &payload);
    AppendBytesHeader(kEntryKey, key.size(), &payload);
    payload += key;
    AppendBytesHeader(kEntryValue, sizes[i].feature, &payload);
    AppendBytesHeader(feature.is_bytes ? kFeatureBytes : kFeatureInts, sizes[i].list, &payload);
    AppendBytesHeader(kListValue, sizes[i].value, &payload);
    if (feature.is_bytes) {
      payload += feature.bytes;
    } else {
      AppendVarint(feature.integer, &payload);
    }
  }
  return payload;
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
  sample.label = fields.Integer(kLabel, 0, classes - 1);
  sample.class_name = fields.Bytes(kClassName);
  sample.filename = fields.Bytes(kFilename);
  sample.source_id = fields.Bytes(kSourceId);

  // Each factor is below 2^28, so nothing overflows.
  const uint64_t pixels = uint64_t{sample.height} * sample.width;
  if (pixels > static_cast<uint64_t>(kMaxPixels)) fields.Refuse("a picture of more than kMaxPixels pixels");
  if (compressed) {
    if (sample.content.empty()) fields.Refuse("image/encoded is empty");
  } else if (const uint64_t size = pixels * sample.channels * ValueBytes(sample.dtype); sample.content.size() != size) {
    fields.Refuse(std::string(kKeyNames[ContentKey(sample.store)]) + " has " + std::to_string(sample.content.size()) +
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
    DecodeValues(sample.content, scale, out);
  }
}

}  // namespace dataset

#include "dataset/sample.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <optional>
#include <vector>

#include "dataset/decoder.h"
#include "dataset/example.h"
#include "dataset/scale.h"

namespace dataset {
namespace {

// The values of one sample, checked for presence, type and range.
class Fields {
 public:
  // `entries` is only memory to use.
  Fields(std::string_view payload, const SampleKeys& keys, const Place& place, std::vector<ExampleEntry>* entries)
      : place_(place), keys_(keys), entries_(*entries) {
    ReadExampleEntries(payload, place, entries);
  }

  [[noreturn]] void Refuse(const std::string& cause) const { throw Error(place_, cause); }

  bool Has(std::string_view key) const { return Find(key) != nullptr; }

  std::string_view Bytes(std::string_view key) const {
    const std::optional<std::string_view> bytes = OnlyBytes(Feature(key), place_);
    if (!bytes) Refuse(std::string(key) + " is not one byte string");
    return *bytes;
  }
  std::string_view Bytes(Role role) const { return Bytes(keys_.Of(role)); }

  uint32_t Integer(Role role, int64_t min, int64_t max) const {
    const std::string_view key = keys_.Of(role);
    const std::optional<int64_t> integer = OnlyInteger(Feature(key), place_);
    if (!integer) Refuse(std::string(key) + " is not one integer");
    if (*integer < min || *integer > max) {
      Refuse(std::string(key) + " " + std::to_string(*integer) + " is not in " + std::to_string(min) + " ... " +
             std::to_string(max));
    }
    return static_cast<uint32_t>(*integer);
  }

  std::string_view Choice(Role role, std::initializer_list<std::string_view> choices) const {
    const std::string_view value = Bytes(role);
    if (std::find(choices.begin(), choices.end(), value) == choices.end()) {
      Refuse(std::string(keys_.Of(role)) + " does not fit the store");
    }
    return value;
  }

 private:
  const ExampleEntry* Find(std::string_view key) const {
    for (size_t i = entries_.size(); i-- > 0;) {
      if (entries_[i].key == key) return &entries_[i];
    }
    return nullptr;
  }

  std::string_view Feature(std::string_view key) const {
    const ExampleEntry* entry = Find(key);
    if (entry == nullptr) Refuse("lacks " + std::string(key));
    return entry->feature;
  }

  const Place& place_;
  const SampleKeys& keys_;
  const std::vector<ExampleEntry>& entries_;
};

Store StoreOf(const Fields& fields, const SampleKeys& keys) {
  if (keys.image_renamed()) {
    if (fields.Bytes(Role::kFormat) != "RAW") return Store::kCompressed;
    return fields.Bytes(Role::kDtype) == "uint8" ? Store::kRaw : Store::kNormalized;
  }
  std::optional<Store> store;
  for (const Store candidate : {Store::kCompressed, Store::kRaw, Store::kNormalized}) {
    if (!fields.Has(keys.Image(candidate))) continue;
    if (store) fields.Refuse("has more than one of image/encoded, image/raw, image/values");
    store = candidate;
  }
  if (!store) fields.Refuse("lacks image/encoded, image/raw or image/values");
  return *store;
}

}  // namespace

std::string SerializeSample(const Sample& sample, const SampleKeys& keys) {
  ExampleView example;
  const auto bytes = [&](std::string_view key, std::string_view value) {
    example[key] = std::vector<std::string_view>{value};
  };
  const auto integers = [&](Role role, std::vector<int64_t> values) { example[keys.Of(role)] = std::move(values); };
  bytes(keys.Image(sample.store), sample.content);
  bytes(keys.Of(Role::kText), sample.class_name);
  bytes(keys.Of(Role::kFilename), sample.filename);
  bytes(keys.Of(Role::kSourceId), sample.source_id);
  bytes(keys.Of(Role::kFormat), sample.format);
  bytes(keys.Of(Role::kDtype), sample.dtype);
  bytes(keys.Of(Role::kLayout), sample.layout);
  integers(Role::kLabel, {sample.label});
  integers(Role::kHeight, {sample.height});
  integers(Role::kWidth, {sample.width});
  integers(Role::kChannels, {sample.channels});
  if (!keys.Of(Role::kShape).empty()) integers(Role::kShape, {sample.height, sample.width, sample.channels});
  return SerializeExample(example);
}

Sample ParseSample(std::string_view payload, uint32_t classes, const Place& place, const SampleKeys& keys) {
  Sample sample;
  ParseSampleInto(payload, classes, place, keys, &sample);
  return sample;
}

void ParseSampleInto(std::string_view payload, uint32_t classes, const Place& place, const SampleKeys& keys,
                     Sample* out) {
  assert(classes > 0);
  thread_local std::vector<ExampleEntry> entries;
  const Fields fields(payload, keys, place, &entries);
  Sample& sample = *out;
  sample.store = StoreOf(fields, keys);
  sample.content = fields.Bytes(keys.Image(sample.store));
  const bool compressed = sample.store == Store::kCompressed, normalized = sample.store == Store::kNormalized;
  sample.format = compressed ? fields.Choice(Role::kFormat, {"JPEG", "PNG"}) : fields.Choice(Role::kFormat, {"RAW"});
  sample.dtype =
      normalized ? fields.Choice(Role::kDtype, {"float32", "float16"}) : fields.Choice(Role::kDtype, {"uint8"});
  sample.layout = fields.Choice(Role::kLayout, {normalized ? "CHW" : "HWC"});
  sample.height = fields.Integer(Role::kHeight, 1, kMaxPixels);
  sample.width = fields.Integer(Role::kWidth, 1, kMaxPixels);
  sample.channels = fields.Integer(Role::kChannels, 1, 3);
  if (sample.channels == 2) fields.Refuse(std::string(keys.Of(Role::kChannels)) + " is neither 1 nor 3");
  sample.label = fields.Integer(Role::kLabel, 0, int64_t{classes} - 1);
  sample.class_name = fields.Bytes(Role::kText);
  sample.filename = fields.Bytes(Role::kFilename);
  sample.source_id = fields.Bytes(Role::kSourceId);

  // Each factor is below 2^28, so nothing overflows.
  const uint64_t pixels = uint64_t{sample.height} * sample.width;
  if (pixels > static_cast<uint64_t>(kMaxPixels)) fields.Refuse("a picture of more than kMaxPixels pixels");
  const auto image = [&] { return std::string(keys.Image(sample.store)); };
  if (compressed) {
    if (sample.content.empty()) fields.Refuse(image() + " is empty");
  } else if (const uint64_t size = pixels * sample.channels * ValueBytes(sample.dtype); sample.content.size() != size) {
    fields.Refuse(image() + " has " + std::to_string(sample.content.size()) +
                  " bytes, but height x width x channels of " + sample.dtype + " are " + std::to_string(size));
  }
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

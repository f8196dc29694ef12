#include "dataset/sample/sample_fields.h"

#include <algorithm>

#include "dataset/base/utf8.h"
#include "dataset/sample/store.h"

namespace dataset {
SampleFields::SampleFields(std::string_view payload, const SampleKeys& keys, const Place& place)
    : payload_(payload), keys_(keys), place_(place) {
  for (size_t role = 0; role < kRoles; ++role) {
    const std::string_view key = keys.Of(static_cast<Role>(role));
    if (!key.empty()) slots_[used_++].key = key;
  }
  if (!keys.image_renamed()) {
    for (const StoreRow& row : StoreRows()) slots_[used_++].key = keys.Image(row.store);
  }
  ExampleReader reader(payload, place);
  for (FeatureEntry entry; reader.Next(&entry);) {
    const auto slot =
        std::find_if(slots_.begin(), slots_.begin() + used_, [&](const FeatureEntry& s) { return s.key == entry.key; });
    if (slot != slots_.begin() + used_) slot->bytes = entry.bytes;
  }
}

void SampleFields::Refuse(const std::string& cause) const { throw Error(place_, cause); }

const FeatureEntry* SampleFields::Find(std::string_view key) const {
  const auto slot = std::find_if(slots_.begin(), slots_.begin() + used_,
                                 [&](const FeatureEntry& s) { return s.key == key && s.bytes.data() != nullptr; });
  return slot == slots_.begin() + used_ ? nullptr : &*slot;
}

std::optional<FeatureValues> SampleFields::Read(Role role) const {
  const FeatureEntry* const entry = Find(keys_.Of(role));
  if (entry == nullptr) return std::nullopt;
  return ReadFeature(*entry, place_);
}

FeatureValues SampleFields::Only(std::string_view key, FeatureValues::Kind kind, const char* what) const {
  const FeatureEntry* const entry = Find(key);
  if (entry == nullptr) Refuse("lacks " + Printable(key));
  const FeatureValues values = ReadFeature(*entry, place_);
  if (values.kind != kind || values.count != 1) Refuse(Printable(key) + " is not one " + what);
  return values;
}

std::string_view SampleFields::Bytes(std::string_view key) const {
  return Only(key, FeatureValues::Kind::kBytes, "byte string").bytes;
}

uint32_t SampleFields::Integer(Role role, int64_t min, int64_t max) const {
  const std::string_view key = keys_.Of(role);
  const int64_t integer = Only(key, FeatureValues::Kind::kIntegers, "integer").integers[0];
  if (integer < min || integer > max) {
    Refuse(Printable(key) + " " + std::to_string(integer) + " is not in " + std::to_string(min) + " ... " +
           std::to_string(max));
  }
  return static_cast<uint32_t>(integer);
}

std::string_view SampleFields::Choice(Role role, std::span<const std::string_view> choices) const {
  const std::string_view value = Bytes(role);
  if (std::find(choices.begin(), choices.end(), value) == choices.end()) {
    Refuse(Printable(keys_.Of(role)) + " does not fit the store");
  }
  return value;
}

Store SampleFields::OnlyStore() const {
  std::optional<Store> store;
  for (const StoreRow& row : StoreRows()) {
    if (Find(keys_.Image(row.store)) == nullptr) continue;
    if (store) Refuse("has more than one of image/encoded, image/raw, image/values");
    store = row.store;
  }
  if (!store) Refuse("lacks image/encoded, image/raw or image/values");
  return *store;
}

std::string SampleFields::KeysThere() const {
  std::string keys;
  ExampleReader reader(payload_, place_);
  for (FeatureEntry entry; reader.Next(&entry);) keys += (keys.empty() ? "" : ", ") + Printable(entry.key);
  if (keys.empty()) keys = "nothing";
  if (HasFeatureLists(payload_, place_)) keys += " and the feature lists of a SequenceExample, which no option reads";
  return keys;
}

}  // namespace dataset

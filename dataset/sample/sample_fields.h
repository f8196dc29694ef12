#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "dataset/base/error.h"
#include "dataset/record/example_reader.h"
#include "dataset/sample/sample_keys.h"
#include "dataset/sample/store.h"

namespace dataset {

// The features of one record that have a role. Nothing is copied or allocated. If a feature is not as a function below
// requires, the function throws Error at the record's place. The payload, the keys and the place must outlive this
// object. Not thread-safe.
class SampleFields {
 public:
  SampleFields(std::string_view payload, const SampleKeys& keys, const Place& place);

  // Throws Error with this cause at the record's place.
  [[noreturn]] void Refuse(const std::string& cause) const;

  // Returns nullptr if the record has no feature with this key. The key must be one of those of `keys`.
  const FeatureEntry* Find(std::string_view key) const;
  std::optional<FeatureValues> Read(Role role) const;  // nullopt if the record lacks it

  // Return the only value of a feature. The record must have the feature, with exactly one value of this kind.
  std::string_view Bytes(std::string_view key) const;
  std::string_view Bytes(Role role) const { return Bytes(keys_.Of(role)); }
  uint32_t Integer(Role role, int64_t min, int64_t max) const;
  std::string_view Choice(Role role, std::initializer_list<std::string_view> choices) const;

  // Returns the store whose content key the record has. Throws Error if the record has none of these keys or several.
  // Must not be called if the key of the image is renamed, because a renamed key does not tell the store.
  Store OnlyStore() const;

  const SampleKeys& keys() const { return keys_; }
  const Place& place() const { return place_; }
  std::string KeysThere() const;  // all keys of the record for a message: "image, label", or "nothing"

 private:
  FeatureValues Only(std::string_view key, FeatureValues::Kind kind, const char* what) const;

  static constexpr size_t kSlots = kRoles + 2;  // the content has three keys instead of one
  const std::string_view payload_;
  const SampleKeys& keys_;
  const Place& place_;
  std::array<FeatureEntry, kSlots> slots_;
  size_t used_ = 0;
};

}  // namespace dataset

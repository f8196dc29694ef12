#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "dataset/base/error.h"
#include "dataset/record/example_reader.h"
#include "dataset/sample/sample_keys.h"
#include "dataset/sample/store.h"

namespace dataset {

// The features of one record that have a role; nothing is copied or allocated. What is asked of them and is not so is
// an Error at the record's place. Not thread-safe; payload, keys and place outlive it.
class SampleFields {
 public:
  SampleFields(std::string_view payload, const SampleKeys& keys, const Place& place);

  [[noreturn]] void Refuse(const std::string& cause) const;

  // nullptr: the record lacks it.
  const FeatureEntry* Find(std::string_view key) const;
  std::optional<FeatureValues> Read(Role role) const;  // nullopt: lacks it

  // The only value of a feature that must be there.
  std::string_view Bytes(std::string_view key) const;
  std::string_view Bytes(Role role) const { return Bytes(keys_.Of(role)); }
  uint32_t Integer(Role role, int64_t min, int64_t max) const;
  std::string_view Choice(Role role, std::span<const std::string_view> choices) const;

  // The one store of which there is a content. A renamed key tells nothing of the store.
  Store OnlyStore() const;

  const SampleKeys& keys() const { return keys_; }
  const Place& place() const { return place_; }
  std::string KeysThere() const;  // all of the record: "image, label", for messages

 private:
  FeatureValues Only(std::string_view key, FeatureValues::Kind kind, const char* what) const;

  static constexpr size_t kSlots = kRoles + 2;  // three keys for the content
  const std::string_view payload_;
  const SampleKeys& keys_;
  const Place& place_;
  std::array<FeatureEntry, kSlots> slots_;
  size_t used_ = 0;
};

}  // namespace dataset

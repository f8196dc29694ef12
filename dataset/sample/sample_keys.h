#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/sample/store.h"

namespace dataset {

// What a feature of a record tells.
enum class Role {
  kImage,
  kLabel,
  kText,
  kFilename,
  kSourceId,
  kFormat,
  kDtype,
  kLayout,
  kHeight,
  kWidth,
  kChannels,
  kShape,  // height, width and channels in one feature
};
inline constexpr size_t kRoles = 12;

// The keys of a record's features (proto/FORMAT.md, section 4).
class SampleKeys {
 public:
  // The default keys.
  SampleKeys() = default;
  // The default keys with some renamed; `renamed` maps role names, such as "label", to keys. Throws Error::Usage for a
  // role that does not exist, a key that is empty or not UTF-8, and a key that two roles would have.
  explicit SampleKeys(const std::map<std::string, std::string>& renamed);

  // Returns the key of a role, or "" if records have no such feature. That is the default of kShape, and of kImage,
  // whose default depends on the store.
  std::string_view Of(Role role) const;
  // Returns the key of the content in a record of this store.
  std::string_view Image(Store store) const;
  bool image_renamed() const { return !keys_[static_cast<size_t>(Role::kImage)].empty(); }

  // The map that was given to the constructor.
  const std::map<std::string, std::string>& renamed() const { return renamed_; }

 private:
  std::map<std::string, std::string> renamed_;
  std::array<std::string, kRoles> keys_;  // by role; empty: not renamed
};

}  // namespace dataset

#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/sample/store.h"

namespace dataset {

// What a feature of a record says.
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
  // The default ones.
  SampleKeys() = default;
  // Some renamed: role -> key. Throws Error::Usage for a role that does not exist, an empty key, and a key that two
  // roles have.
  explicit SampleKeys(const std::map<std::string, std::string>& renamed);

  // "": there is no such feature (kShape by default).
  std::string_view Of(Role role) const;
  // kImage, which has another default for each store.
  std::string_view Image(Store store) const;
  bool image_renamed() const { return !keys_[static_cast<size_t>(Role::kImage)].empty(); }

  // As given to the constructor.
  const std::map<std::string, std::string>& renamed() const { return renamed_; }

 private:
  std::map<std::string, std::string> renamed_;
  std::array<std::string, kRoles> keys_;  // of the renamed ones
};

}  // namespace dataset

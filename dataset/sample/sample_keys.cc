#include "dataset/sample/sample_keys.h"

#include <algorithm>
#include <set>

#include "dataset/base/error.h"
#include "dataset/base/utf8.h"
#include "dataset/sample/store.h"

namespace dataset {
namespace {

struct RoleRow {
  std::string_view name;
  std::string_view key;  // kImage's depends on the store
};

constexpr std::array<RoleRow, kRoles> kRows = {{
    {"image", ""},
    {"label", "image/class/label"},
    {"text", "image/class/text"},
    {"filename", "image/filename"},
    {"source_id", "image/source_id"},
    {"format", "image/format"},
    {"dtype", "image/dtype"},
    {"layout", "image/layout"},
    {"height", "image/height"},
    {"width", "image/width"},
    {"channels", "image/channels"},
    {"shape", ""},
}};

}  // namespace

SampleKeys::SampleKeys(const std::map<std::string, std::string>& renamed) : renamed_(renamed) {
  for (const auto& [role, key] : renamed) {
    const auto row =
        std::find_if(kRows.begin(), kRows.end(), [&role = role](const RoleRow& r) { return r.name == role; });
    if (row == kRows.end()) {
      std::string names;
      for (const RoleRow& known : kRows) names += (names.empty() ? "" : ", ") + std::string(known.name);
      throw Error::Usage("`keys`: no feature is named '" + Printable(role) + "'; there are " + names);
    }
    if (key.empty() || !IsUtf8(key)) throw Error::Usage("`keys`: the key of " + role + " is empty or not UTF-8");
    keys_[static_cast<size_t>(row - kRows.begin())] = key;
  }
  std::set<std::string_view> taken;
  if (!image_renamed()) {
    for (const StoreRow& row : StoreRows()) taken.insert(row.image_key);
  }
  for (size_t role = 0; role < kRoles; ++role) {
    const std::string_view key = Of(static_cast<Role>(role));
    if (!key.empty() && !taken.insert(key).second) {
      throw Error::Usage("`keys`: two features would have the key '" + Printable(key) + "'");
    }
  }
}

std::string_view SampleKeys::Of(Role role) const {
  const size_t i = static_cast<size_t>(role);
  return keys_[i].empty() ? kRows[i].key : std::string_view(keys_[i]);
}

std::string_view SampleKeys::Image(Store store) const {
  return image_renamed() ? Of(Role::kImage) : RowOf(store).image_key;
}

}  // namespace dataset

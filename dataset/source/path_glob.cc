#include "dataset/source/path_glob.h"

#include <fnmatch.h>

#include "dataset/base/error.h"

namespace dataset {
namespace {

constexpr char kAnyFolders[] = "**";

std::vector<std::string> Parts(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const size_t slash = path.find('/');
    if (slash != 0) parts.emplace_back(path.substr(0, slash));
    path.remove_prefix(slash == path.npos ? path.size() : slash + 1);
  }
  return parts;
}

}  // namespace

PathGlob::PathGlob(const std::string& pattern, const std::string& option) : pattern_(pattern) {
  std::string_view rest = pattern;
  const bool from_root = rest.starts_with('/') || rest.starts_with("./") || rest.ends_with("/**");
  if (rest.starts_with("./")) rest.remove_prefix(1);
  if (rest.ends_with("/**")) rest.remove_suffix(2);
  folders_alone_ = rest.ends_with('/');
  parts_ = Parts(rest);
  if (parts_.empty()) {
    throw Error::Usage(option + " '" + pattern +
                       "': it must be a name or a pattern of names, such as '*.bak' or 'runs/'");
  }
  if (parts_.size() == 1 && !from_root) parts_.insert(parts_.begin(), kAnyFolders);
}

bool PathGlob::Matches(std::string_view path) const {
  if (folders_alone_ && !path.ends_with('/')) return false;
  const std::vector<std::string> names = Parts(path);
  // reached[i]: the pattern's parts so far match the first i names.
  std::vector<bool> reached(names.size() + 1);
  reached[0] = true;
  for (const std::string& part : parts_) {
    if (part == kAnyFolders) {
      for (size_t i = 1; i < reached.size(); ++i) reached[i] = reached[i] || reached[i - 1];
      continue;
    }
    for (size_t i = names.size(); i > 0; --i) {
      reached[i] = reached[i - 1] && fnmatch(part.c_str(), names[i - 1].c_str(), 0) == 0;
    }
    reached[0] = false;
  }
  return reached.back();
}

}  // namespace dataset

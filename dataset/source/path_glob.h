#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dataset {

// A pattern of names as in .gitignore. `*` and `?` match within one name, `[a-z]` one of these characters, `**` any
// number of folders. A pattern with one name matches it at any depth; one with '/' before its end matches paths from
// the root on ("/runs" as well). '/' or "/**" at the end: folders alone. Bytes are compared, so case counts.
// Thread-safe.
class PathGlob {
 public:
  // Throws Error::Usage for an empty pattern; the message begins with `option`.
  PathGlob(const std::string& pattern, const std::string& option);

  // `path` is relative to the root; that of a folder ends in '/'. What lies in a folder that matches does not match.
  bool Matches(std::string_view path) const;
  const std::string& pattern() const { return pattern_; }

 private:
  std::string pattern_;
  std::vector<std::string> parts_;  // between the slashes
  bool folders_alone_ = false;
};

}  // namespace dataset

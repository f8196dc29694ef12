#pragma once

#include <regex>
#include <string>
#include <string_view>

namespace dataset {

// An ECMAScript regular expression that is searched for anywhere in the last component of a path. Thread-safe.
class NamePattern {
 public:
  // Throws Error::Usage for an invalid expression and for one without a group; the message begins with `option`.
  NamePattern(const std::string& regex, const std::string& option);

  // Returns what group 1 matched, or "" if nothing matched.
  std::string Capture(std::string_view path) const;

 private:
  std::regex regex_;
};

}  // namespace dataset

#pragma once

#include <regex>
#include <string>
#include <string_view>

namespace dataset {

// A regular expression (ECMAScript's, searched anywhere) on the last part of a path. Thread-safe.
class NamePattern {
 public:
  // Throws Error::Usage, which begins with `option`, for a bad expression and for one without a group.
  NamePattern(const std::string& regex, const std::string& option);

  // What group 1 matched; "" without a match.
  std::string Capture(std::string_view path) const;

 private:
  std::regex regex_;
};

}  // namespace dataset

#include "dataset/source/name_pattern.h"

#include "dataset/base/error.h"

namespace dataset {

NamePattern::NamePattern(const std::string& regex, const std::string& option) {
  try {
    regex_.assign(regex, std::regex::ECMAScript | std::regex::optimize);
  } catch (const std::regex_error& error) {
    throw Error::Usage(option + " '" + regex + "': " + error.what());
  }
  if (regex_.mark_count() == 0) {
    throw Error::Usage(option + " '" + regex + "': it must have a group in parentheses, as '^(\\d+)_' has");
  }
}

std::string NamePattern::Capture(std::string_view path) const {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  std::match_results<std::string_view::const_iterator> match;
  return std::regex_search(name.begin(), name.end(), match, regex_) ? match[1].str() : "";
}

}  // namespace dataset

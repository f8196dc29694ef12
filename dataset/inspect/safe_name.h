#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace dataset {

// `text`, which anybody may have written, as the name of one file: never empty, no '/', '\', control character or
// invalid UTF-8, no dot in front, at most 200 bytes.
std::string SafeName(std::string_view text);

// The names of one folder. Not thread-safe.
class NameSet {
 public:
  // stem + extension, or with a number where that is taken: "a.jpg", "a-2.jpg", "a-3.jpg".
  std::string Take(const std::string& stem, const std::string& extension);

 private:
  std::unordered_set<std::string> taken_;
  std::unordered_map<std::string, uint64_t> last_number_;
};

}  // namespace dataset

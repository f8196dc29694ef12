#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace dataset {

// Makes a file name from an untrusted text. The result is not empty, has at most 200 bytes, does not begin with a dot,
// and has no '/', '\', control character or invalid UTF-8.
std::string SafeName(std::string_view text);

// The names that are taken in one folder. Not thread-safe.
class NameSet {
 public:
  // Returns stem + extension, with a number if that is taken ("a.jpg", "a-2.jpg", "a-3.jpg"), and takes it.
  std::string Take(const std::string& stem, const std::string& extension);

 private:
  std::unordered_set<std::string> taken_;
  std::unordered_map<std::string, uint64_t> last_number_;
};

}  // namespace dataset

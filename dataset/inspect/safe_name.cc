#include "dataset/inspect/safe_name.h"

#include <algorithm>

#include "dataset/base/utf8.h"

namespace dataset {
namespace {

// Leaves room for a number and an extension in the 255 bytes of a file name.
constexpr size_t kMaxBytes = 200;

}  // namespace

std::string SafeName(std::string_view text) {
  std::string name = Printable(text);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '/' || c == '\\'; }, '_');
  if (name.size() > kMaxBytes) {
    size_t end = kMaxBytes;
    while ((name[end] & 0xc0) == 0x80) --end;  // does not cut a character
    name.resize(end);
  }
  if (name.empty()) return "_";
  if (name[0] == '.') name[0] = '_';
  return name;
}

std::string NameSet::Take(const std::string& stem, const std::string& extension) {
  std::string name = stem + extension;
  if (taken_.insert(name).second) return name;
  uint64_t& number = last_number_.try_emplace(name, 1).first->second;
  do {
    name = stem + '-' + std::to_string(++number) + extension;
  } while (!taken_.insert(name).second);
  return name;
}

}  // namespace dataset

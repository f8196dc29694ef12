#include "dataset/base/message_text.h"

#include <algorithm>

#include "dataset/base/utf8.h"

namespace dataset {

std::string Counted(uint64_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string Quoted(std::string_view text) { return '"' + Printable(text) + '"'; }

std::string FirstNames(const std::vector<std::string>& names, size_t most) {
  std::string list;
  for (size_t i = 0; i < std::min(names.size(), most); ++i) list += (i > 0 ? ", " : "") + Printable(names[i]);
  return names.size() > most ? list + " and " + std::to_string(names.size() - most) + " more" : list;
}

}  // namespace dataset

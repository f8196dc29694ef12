#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Parts of messages. Names may come from untrusted files: they become Printable (utf8.h).
namespace dataset {

// Returns "1 image" or "2 images". The plural of `noun` must be the noun and an "s".
std::string Counted(uint64_t count, std::string_view noun);
// Returns the text in double quotes.
std::string Quoted(std::string_view text);
// Returns the first `most` names with commas between them, and how many there are besides: "a, b and 3 more".
std::string FirstNames(const std::vector<std::string>& names, size_t most);

}  // namespace dataset

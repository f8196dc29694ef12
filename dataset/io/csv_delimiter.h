#pragma once

#include <string>
#include <string_view>

namespace dataset {

// Chooses what separates the fields of `text` from its first rows: of tabs, commas, semicolons and bars outside of
// quotes the one that the first row has and that most rows have as often as it; among equal ones the first of these.
// ' ' if the first row has none of them but blanks, and ',' if it has none of all.
char SniffDelimiter(std::string_view text);

// "commas", "semicolons", "tabs", "bars", "blanks", or the character itself.
std::string NameOfDelimiter(char delimiter);

}  // namespace dataset

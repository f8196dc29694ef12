#pragma once

#include <string_view>

namespace dataset {

// Whether a field of a list has what programs and spreadsheets write for a value that is missing or wrong, in any case:
// "nan", "None", "NULL", "n/a", "#REF!". A field that is empty or blank is no such text.
bool IsNoValue(std::string_view text);

}  // namespace dataset

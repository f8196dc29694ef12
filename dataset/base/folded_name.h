#pragma once

#include <string>
#include <string_view>

namespace dataset {

// Returns the same text for names that people take for the same: without upper case (Unicode's full case folding),
// composed (NFC), without invisible characters, without blanks at the ends and with single ones between. Text that is
// not UTF-8 stays as it is. Thread-safe.
std::string FoldedName(std::string_view name);
// Returns the text composed (NFC): "e" and an accent are one character. Text that is not UTF-8 stays as it is.
// Thread-safe.
std::string ComposedName(std::string_view name);

}  // namespace dataset

#pragma once

#include <string>
#include <string_view>

namespace dataset {

// Returns the same text for names that people take for the same: without upper case (Unicode's full case folding),
// composed (NFC), without invisible characters, without blanks at the ends and with single ones between. Text that is
// not UTF-8 stays as it is. Thread-safe.
std::string FoldedName(std::string_view name);

}  // namespace dataset

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dataset {

// A whole number of any length: "7", "-12", "007", "3.0".
struct WholeNumber {
  bool negative = false;
  std::string digits;  // without zeros at the beginning; "" is 0

  bool operator==(const WholeNumber&) const = default;
  bool operator<(const WholeNumber& other) const;
};
std::optional<WholeNumber> ParseWholeNumber(std::string_view text);
std::string KeyOf(const WholeNumber& number);  // the same text for the same number

// Removes the digits that `text` begins with, and returns them without zeros at the beginning.
std::string_view TakeDigits(std::string_view* text);
// Compares by value, as std::string_view::compare does; digits without zeros at the beginning.
int CompareDigits(std::string_view a, std::string_view b);

}  // namespace dataset

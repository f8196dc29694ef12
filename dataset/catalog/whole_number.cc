#include "dataset/catalog/whole_number.h"

#include <algorithm>

namespace dataset {

std::string_view TakeDigits(std::string_view* text) {
  const size_t end = std::min(text->find_first_not_of("0123456789"), text->size());
  std::string_view digits = text->substr(0, end);
  text->remove_prefix(end);
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return digits;
}

int CompareDigits(std::string_view a, std::string_view b) {
  return a.size() == b.size() ? a.compare(b) : a.size() < b.size() ? -1 : 1;
}

bool WholeNumber::operator<(const WholeNumber& other) const {
  if (negative != other.negative) return negative;
  const int order = CompareDigits(digits, other.digits);
  return negative ? order > 0 : order < 0;
}

std::optional<WholeNumber> ParseWholeNumber(std::string_view text) {
  WholeNumber number;
  if (text.starts_with('-') || text.starts_with('+')) {
    number.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  number.digits = TakeDigits(&text);
  if (text.size() > 1 && text.front() == '.') text.remove_prefix(std::min(text.find_first_not_of('0', 1), text.size()));
  if (!text.empty()) return std::nullopt;
  number.negative = number.negative && !number.digits.empty();
  return number;
}

std::string KeyOf(const WholeNumber& number) { return (number.negative ? "-" : "") + number.digits; }

}  // namespace dataset

#include "dataset/base/number_text.h"

#include <charconv>

namespace dataset {

std::string FormatNumber(double value) {
  char text[32];
  return std::string(text, std::to_chars(text, text + sizeof(text), value).ptr);
}

std::string FormatNumbers(const std::vector<double>& values) {
  std::string text;
  for (double value : values) text += (text.empty() ? "" : ",") + FormatNumber(value);
  return text;
}

}  // namespace dataset

#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace dataset {

// Return the text with A to Z as a to z. All other bytes stay, whatever the locale.
constexpr char AsciiLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
inline std::string AsciiLower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return AsciiLower(c); });
  return lower;
}

}  // namespace dataset

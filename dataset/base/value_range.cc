#include "dataset/base/value_range.h"

#include <cmath>

#include "dataset/base/number_text.h"

namespace dataset {
namespace {

std::string FormatBound(double value) {
  constexpr double kExact = 1e15;
  if (value == std::floor(value) && std::abs(value) < kExact) return std::to_string(static_cast<int64_t>(value));
  return FormatNumber(value);
}

}  // namespace

bool ValueRange::Holds(double value) const {
  return std::isfinite(value) && (with_least ? value >= least : value > least) &&
         (with_most ? value <= most : value < most);
}

std::string FormatRange(const ValueRange& range) {
  const bool has_least = std::isfinite(range.least), has_most = std::isfinite(range.most);
  if (has_least && has_most && range.with_least && range.with_most) {
    return FormatBound(range.least) + " to " + FormatBound(range.most);
  }
  std::string text;
  if (has_least) text = (range.with_least ? "at least " : "above ") + FormatBound(range.least);
  if (has_most) {
    text += text.empty() ? "" : " and ";
    text += (range.with_most ? "at most " : "below ") + FormatBound(range.most);
  }
  return text.empty() ? "a finite number" : text;
}

}  // namespace dataset

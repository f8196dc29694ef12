#pragma once

#include <limits>
#include <string>

namespace dataset {

// The numbers that a field may have. No range holds NaN or an infinity.
struct ValueRange {
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();
  bool with_least = true;  // whether `least` itself is in it
  bool with_most = true;

  static ValueRange AtLeast(double least) { return {.least = least}; }
  static ValueRange Above(double least) { return {.least = least, .with_least = false}; }
  static ValueRange Below(double most) { return {.least = 0, .most = most, .with_most = false}; }  // from 0 on
  static ValueRange From(double least, double most) { return {.least = least, .most = most}; }

  bool Holds(double value) const;
};

// For a message, behind "must be": "at least 1", "0 to 180", "at least 0 and below 1".
std::string FormatRange(const ValueRange& range);

}  // namespace dataset

#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/split/split_options.h"

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
bool AreWholeNumbers(const std::vector<std::string>& names);

struct OrderedClasses {
  std::vector<std::string> names;  // in label order
  std::string order;               // "natural", or the sha256 of a given order; empty: bytewise
  std::string note;                // a sentence if all names are whole numbers in number order, else empty
};

// Orders the names of the classes, which must differ. ClassOrder::kNatural compares the numbers in names by their
// values, and all else by bytes. Throws Error if options.class_list does not name exactly these classes, and
// ParseClasses's (dataset/catalog/manifest.h).
OrderedClasses OrderClasses(std::vector<std::string> names, const SplitOptions& options);

}  // namespace dataset

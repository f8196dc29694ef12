#pragma once

#include <string>
#include <vector>

#include "dataset/split/split_options.h"

namespace dataset {

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

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dataset/catalog/foreign_format.h"
#include "dataset/sample/sample_fields.h"

namespace dataset {

// The classes that the labels of another program's records mean.
struct ForeignClasses {
  uint32_t count = 0;                                    // number of classes, or the most that there may be
  std::map<std::string, uint32_t, std::less<>> numbers;  // class number by name; empty: no name is known
  bool digits = true;                                    // a label that is a text of digits is a number, not a name
};

// Returns the classes of a class map.
ForeignClasses NamedClasses(const std::vector<std::string>& names);

// Returns the class number of a record from its label feature alone; the record need not have any other. The label is
// one integer, one float that is whole, a list of integers or floats with a single 1 among zeros (one-hot: as long in
// all records, and as the classes if they are named), a class name or a text of digits. Throws Error, which names what
// the label is, if it is missing, anything else, or no class.
uint32_t ForeignLabel(const SampleFields& fields, const ForeignFormat& format, const ForeignClasses& classes);

// Returns how many numbers the label of a record has; 0: it has none, or a text.
size_t CountLabelValues(const SampleFields& fields);

// As ForeignLabel, but returns nullopt for a record that has no label: the feature is missing, empty or -1.
std::optional<uint32_t> FindForeignLabel(const SampleFields& fields, const ForeignFormat& format,
                                         const ForeignClasses& classes);

}  // namespace dataset

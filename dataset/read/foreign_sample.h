#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "dataset/base/error.h"
#include "dataset/catalog/foreign_format.h"
#include "dataset/sample/sample.h"
#include "dataset/sample/sample_fields.h"

namespace dataset {

// The classes that the labels of another program's records mean.
struct ForeignClasses {
  uint32_t count = 0;                                    // number of classes, or the most that there may be
  std::map<std::string, uint32_t, std::less<>> numbers;  // class number by name; empty: no name is known
};

// Parses the untrusted record of another program into *out (proto/FORMAT.md, section 10). The record must have a
// content and a label. Any other field may be missing; the field of *out is then empty or 0. An image file's height,
// width and channels are always 0: its header tells them. Throws Error at `place` if the record cannot be read as
// `format` says. `payload` must outlive *out.
void ParseForeignSample(std::string_view payload, const SampleKeys& keys, const ForeignFormat& format,
                        const ForeignClasses& classes, const Place& place, Sample* out);

// Returns the class number of a record from its label feature alone; the record need not have any other. Throws Error
// if the label is missing, is not one integer or byte string, or is no class.
uint32_t ForeignLabel(const SampleFields& fields, const ForeignFormat& format, const ForeignClasses& classes);

// Returns the kind of content that a record has. Throws Error at `place` if the record does not tell it. All records of
// a dataset are read as the first one is.
ForeignContent ForeignContentOf(std::string_view payload, const SampleKeys& keys, const ForeignFormat& format,
                                const Place& place);

}  // namespace dataset

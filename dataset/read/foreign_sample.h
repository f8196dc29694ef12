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

// The classes of another program's records.
struct ForeignClasses {
  uint32_t count = 0;                                    // or the most there may be
  std::map<std::string, uint32_t, std::less<>> numbers;  // by name; empty: no name is known
};

// A record of another program (proto/FORMAT.md, section 10): a content and a label are enough, and what there is not of
// a Sample's other fields stays empty or 0. So do height, width and channels of an image file: its own header tells
// them. Untrusted: throws Error at `place`.
void ParseForeignSample(std::string_view payload, const SampleKeys& keys, const ForeignFormat& format,
                        const ForeignClasses& classes, const Place& place, Sample* out);

// Its label alone, which the other fields may be left out for.
uint32_t ForeignLabel(const SampleFields& fields, const ForeignFormat& format, const ForeignClasses& classes);

// What the records hold, by one of them. Throws Error if it cannot be told.
ForeignContent ForeignContentOf(std::string_view payload, const SampleKeys& keys, const ForeignFormat& format,
                                const Place& place);

}  // namespace dataset

#pragma once

#include <string_view>

#include "dataset/base/error.h"
#include "dataset/catalog/foreign_format.h"
#include "dataset/read/foreign_label.h"
#include "dataset/sample/sample.h"
#include "dataset/sample/sample_keys.h"

namespace dataset {

// Parses the untrusted record of another program into *out (proto/FORMAT.md, section 10). The record must have a
// content and a label. Any other field may be missing; the field of *out is then empty or 0. An image file's height,
// width and channels are always 0: its header tells them. Throws Error at `place` if the record cannot be read as
// `format` says. `payload` must outlive *out.
void ParseForeignSample(std::string_view payload, const SampleKeys& keys, const ForeignFormat& format,
                        const ForeignClasses& classes, const Place& place, Sample* out);

// As above, for the picture alone: the record need not have a label, and *out gets none.
void ParseForeignPicture(std::string_view payload, const SampleKeys& keys, const ForeignFormat& format,
                         const Place& place, Sample* out);

// Returns the kind of content that a record has. Throws Error at `place` if the record does not tell it. All records of
// a dataset are read as the first one is.
ForeignContent ForeignContentOf(std::string_view payload, const SampleKeys& keys, const ForeignFormat& format,
                                const Place& place);

}  // namespace dataset

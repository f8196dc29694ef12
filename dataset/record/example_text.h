#pragma once

#include <string>

#include "dataset/record/example.h"

namespace dataset {

enum class TextLength { kShort, kFull };

// Returns the Example as protobuf text, with keys in bytewise order, just as `protoc --decode` prints it. kFull is the
// whole text: `protoc --encode` turns it into SerializeExample's bytes again, except for NaNs, of which text has only
// one. kShort cuts byte strings to 64 bytes and lists to 16 values, and tells in a comment how many there are.
std::string FormatExampleText(const ExampleView& example, TextLength length);

}  // namespace dataset

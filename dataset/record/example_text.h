#pragma once

#include <string>

#include "dataset/record/example.h"

namespace dataset {

enum class TextLength { kShort, kFull };

// The Example as protobuf text, keys in bytewise order, just as `protoc --decode` prints it. kFull is what `protoc
// --encode` turns into SerializeExample's bytes again (NaNs aside, of which text has only one). kShort cuts byte
// strings above 64 bytes and lists above 16 values, and says in a comment how much there is.
std::string FormatExampleText(const ExampleView& example, TextLength length);

}  // namespace dataset

#pragma once

#include <string>
#include <string_view>

namespace google::protobuf {
class Message;
}

namespace dataset {

// Returns the message as JSON, as proto/FORMAT.md specifies it: the field names of the message, every field printed, a
// newline at the end. Equal messages give equal bytes.
std::string FormatProtoJson(const google::protobuf::Message& message);

// Parses JSON of an untrusted file into *message. Throws Error, which names `file`, if it is not JSON of this message;
// an unknown field is an error too.
void ParseProtoJson(std::string_view json, const std::string& file, google::protobuf::Message* message);

}  // namespace dataset

#pragma once

#include <string>
#include <string_view>

namespace google::protobuf {
class Message;
}

namespace dataset {

// JSON as proto/FORMAT.md wants it: the message's field names, every field, a newline at the end. Equal messages give
// equal bytes.
std::string FormatProtoJson(const google::protobuf::Message& message);

// Untrusted: throws Error naming `file` for what is not JSON of this message, unknown fields included.
void ParseProtoJson(std::string_view json, const std::string& file, google::protobuf::Message* message);

}  // namespace dataset

#include "dataset/io/proto_json.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver_util.h>

#include <memory>

#include "dataset/base/error.h"

namespace dataset {
namespace {

namespace pb = google::protobuf;

constexpr char kTypeUrl[] = "type.googleapis.com";

}  // namespace

std::string FormatProtoJson(const pb::Message& message) {
  // MessageToJsonString would print maps in an order that differs from run to run.
  std::string binary;
  {
    pb::io::StringOutputStream stream(&binary);
    pb::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  const std::unique_ptr<pb::util::TypeResolver> resolver(
      pb::util::NewTypeResolverForDescriptorPool(kTypeUrl, message.GetDescriptor()->file()->pool()));
  pb::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto status = pb::util::BinaryToJsonString(
      resolver.get(), std::string(kTypeUrl) + "/" + message.GetDescriptor()->full_name(), binary, &json, options);
  if (!status.ok()) throw Error("cannot write JSON: " + status.ToString());
  if (!json.ends_with('\n')) json += '\n';
  return json;
}

void ParseProtoJson(std::string_view json, const std::string& file, pb::Message* message) {
  const auto status = pb::util::JsonStringToMessage({json.data(), json.size()}, message);
  if (!status.ok()) throw Error(file, std::string(status.message()));
}

}  // namespace dataset

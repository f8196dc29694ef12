#include "dataset/compile/compile_part.h"

#include <cstdio>

#include "dataset/catalog/dataset_info_message.h"
#include "dataset/io/proto_json.h"
#include "proto/dataset_info.pb.h"

namespace dataset {

bool HaveSameValues(const DatasetInfo& one, const DatasetInfo& other) {
  return one.depth == other.depth && one.scale.a == other.scale.a && one.scale.b == other.scale.b;
}

std::string PartName(const WorkerShare& share) {
  char name[64];
  std::snprintf(name, sizeof(name), "part-%05u-of-%05u.json", share.index + 1, share.count);
  return name;
}

std::string FormatCompilePart(const CompilePart& part) {
  dstools::CompilePart message;
  FillMessage(part.info, message.mutable_info());
  message.set_config_toml(part.config_toml);
  return FormatProtoJson(message);
}

CompilePart ParseCompilePart(std::string_view json, const std::string& file) {
  dstools::CompilePart message;
  ParseProtoJson(json, file, &message);
  return {ReadMessage(message.info(), Stage::kPlanned, file), message.config_toml()};
}

}  // namespace dataset

#include "dataset/catalog/dataset_info.h"

#include <algorithm>

#include "dataset/base/error.h"
#include "dataset/catalog/dataset_info_message.h"
#include "dataset/io/file.h"
#include "dataset/io/proto_json.h"
#include "proto/dataset_info.pb.h"

namespace dataset {

bool IsDatasetName(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  const auto word = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && letter(name.front()) && std::all_of(name.begin(), name.end(), word);
}

const DatasetSplit* DatasetInfo::Find(Split split) const {
  const auto found = std::find_if(splits.begin(), splits.end(), [&](const auto& s) { return s.split == split; });
  return found == splits.end() ? nullptr : &*found;
}

DatasetInfo ParseDatasetInfo(std::string_view json, const std::string& file) {
  dstools::DatasetInfo message;
  ParseProtoJson(json, file, &message);
  return ReadMessage(message, Stage::kComplete, file);
}

std::string FormatDatasetInfo(const DatasetInfo& info) {
  dstools::DatasetInfo message;
  FillMessage(info, &message);
  return FormatProtoJson(message);
}

DatasetInfo LoadDatasetInfo(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "dataset.json";
  if (!std::filesystem::exists(path)) {
    throw Error(folder, "is not a complete dataset: it has no dataset.json");
  }
  constexpr uint64_t kMaxBytes = uint64_t{256} << 20;
  return ParseDatasetInfo(ReadFile(path, kMaxBytes), path.string());
}

}  // namespace dataset

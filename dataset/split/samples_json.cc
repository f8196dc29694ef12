#include "dataset/split/samples_json.h"

#include <nlohmann/json.hpp>

namespace dataset {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kMapping[] = "class_mapping.json", kInvalid[] = "invalid_image_files.json";

std::string SamplesName(Split split) { return std::string(NameOf(split)) + "_samples.json"; }

std::string Text(const Json& json) { return json.dump(1) + "\n"; }

}  // namespace

std::vector<std::pair<std::string, std::string>> FormatSamplesJson(const Manifest& manifest,
                                                                   const std::vector<RejectedImage>& rejected) {
  std::vector<std::pair<std::string, std::string>> files;
  const std::vector<uint32_t> labels = manifest.Labels();
  for (Split split : kSplits) {
    Json samples = Json::array();
    for (size_t i = 0; i < labels.size(); ++i) {
      if (manifest.entries[i].split != split) continue;
      samples.push_back({{"image_id", manifest.entries[i].path}, {"label", labels[i]}});
    }
    files.emplace_back(SamplesName(split), Text(samples));
  }
  Json mapping = Json::object();
  for (const std::string& name : manifest.classes) mapping[std::to_string(mapping.size())] = name;
  files.emplace_back(kMapping, Text(mapping));
  Json invalid = Json::array();
  for (const RejectedImage& image : rejected) invalid.push_back(Json::array({image.path, image.reason}));
  files.emplace_back(kInvalid, Text(invalid));
  return files;
}

std::vector<std::string> SamplesJsonNames() {
  std::vector<std::string> names;
  for (Split split : kSplits) names.push_back(SamplesName(split));
  names.insert(names.end(), {kMapping, kInvalid});
  return names;
}

std::vector<std::string_view> SamplesJsonBegins(const std::string& name) {
  if (name == kMapping) return {"{\n \"0\": \""};
  if (name == kInvalid) return {"[]\n", "[\n [\n  \""};
  return {"[]\n", "[\n {\n  \"image_id\": \""};
}

}  // namespace dataset

#include "train/model/pretrained.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "train/model/weight_match.h"

namespace train {

namespace fs = std::filesystem;

namespace {

using Json = nlohmann::json;

constexpr uint64_t kMaxConfigBytes = uint64_t{1} << 20;
constexpr double kMaxNumber = 1e6;  // limit of a mean or std in bytes, far beyond any real one

constexpr size_t kMaxList = 1024;  // bytes of mean or std in a file's metadata

Json Parse(const std::string& text) { return Json::parse(text, nullptr, false); }

Json ParseList(const std::map<std::string, std::string>& metadata, const char* name) {
  const auto found = metadata.find(name);
  return found == metadata.end() || found->second.size() > kMaxList ? Json() : Parse(found->second);
}

// Returns three numbers times `scale`; a single number counts for all three. nullopt if `json` has no such numbers, or
// if one is not above `above`.
std::optional<std::vector<float>> Numbers(const Json& json, double scale, double above) {
  if (!json.is_array() || (json.size() != 1 && json.size() != 3)) return std::nullopt;
  std::vector<float> numbers;
  for (const Json& number : json) {
    if (!number.is_number()) return std::nullopt;
    const double value = number.get<double>() * scale;
    if (!(value > above && value < kMaxNumber)) return std::nullopt;
    numbers.push_back(static_cast<float>(value));
  }
  numbers.resize(3, numbers.front());
  return numbers;
}

// `cure` is the end of the error message.
void TakeNormalization(const Json& mean, const Json& stddev, double scale, const std::string& file,
                       const std::string& cure, Pretrained& pretrained) {
  const auto means = Numbers(mean, scale, -kMaxNumber), deviations = Numbers(stddev, scale, 1e-6);
  if (!means || !deviations) {
    throw dataset::Error(file, "its mean and std are not three numbers each, std above 0; " + cure);
  }
  pretrained.mean = *means;
  pretrained.stddev = *deviations;
}

// Whether a config.json beside the file describes it; other files in the folder have nothing to do with it.
bool IsHuggingFaces(const fs::path& weights) {
  return weights.filename() == "model.safetensors" || weights.filename() == "pytorch_model.bin";
}

// Reads timm's config.json; null if there is none or another program wrote it.
Json ReadConfig(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error) || fs::file_size(path, error) > kMaxConfigBytes || error) return nullptr;
  Json config = Parse(dataset::ReadFile(path, kMaxConfigBytes));
  const bool is_timms = config.is_object() && config.contains("architecture") && config["architecture"].is_string();
  // A conditional expression would copy the value, and copying recurses as deeply as a hostile file nests.
  if (!is_timms) return nullptr;
  return config;
}

void DescribeOwn(const std::map<std::string, std::string>& metadata, Pretrained& pretrained) {
  if (const auto found = metadata.find("normalization"); found != metadata.end()) {
    pretrained.normalization = found->second;
  }
  if (!metadata.contains("mean") && !metadata.contains("std")) return;
  TakeNormalization(ParseList(metadata, "mean"), ParseList(metadata, "std"), 1, pretrained.file->path(),
                    "the metadata is damaged", pretrained);
}

void DescribeOthers(const fs::path& path, const BackboneInfo& backbone, std::optional<Variant> favourite,
                    Pretrained& pretrained) {
  const fs::path config_path = path.parent_path() / "config.json";
  Json config;
  if (IsHuggingFaces(path)) config = ReadConfig(config_path);
  const std::string name = config.is_null() ? path.filename().string() : config["architecture"].get<std::string>();
  if (!favourite && name.starts_with("tf_")) favourite = Variant::kKeras;
  pretrained.variant = &ChooseVariant(backbone, WeightNames(*pretrained.file), favourite);
  if (config.is_null()) return;
  const Json& about = config.contains("pretrained_cfg") ? config["pretrained_cfg"] : config;
  if (!about.is_object() || !about.contains("mean") || !about.contains("std")) return;
  TakeNormalization(about["mean"], about["std"], 255, config_path.string(), "mend it or move it away", pretrained);
}

}  // namespace

Pretrained OpenPretrained(const fs::path& path, const BackboneInfo& backbone, std::optional<Variant> favourite,
                          std::string_view key) {
  Pretrained pretrained;
  pretrained.file = OpenTensorFile(path, key);
  const std::map<std::string, std::string>& metadata = pretrained.file->metadata();
  const auto name = metadata.find("backbone"), variant = metadata.find("variant");
  if (name != metadata.end() && name->second == backbone.name && variant != metadata.end()) {
    pretrained.variant = FindVariant(backbone, variant->second);
  }
  if (pretrained.variant != nullptr) {
    DescribeOwn(metadata, pretrained);
  } else {
    DescribeOthers(path, backbone, favourite, pretrained);
  }
  if (pretrained.mean.empty()) {
    pretrained.mean.assign(pretrained.variant->mean.begin(), pretrained.variant->mean.end());
    pretrained.stddev.assign(pretrained.variant->stddev.begin(), pretrained.variant->stddev.end());
  }
  return pretrained;
}

}  // namespace train

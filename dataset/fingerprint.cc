#include "dataset/fingerprint.h"

#include "dataset/sha256.h"

namespace dataset {

std::map<std::string, std::string> DecidingOptions(const CompileOptions& options) {
  std::map<std::string, std::string> deciding = {
      {"channels", std::to_string(options.channels)},
      {"check", options.check == Check::kFull ? "full" : "header"},
      {"name", options.name},
      {"resize", std::to_string(options.resize)},
      {"seed", std::to_string(options.seed)},
      {"shards", options.shards ? std::to_string(*options.shards) : "auto"},
      {"store", std::string(StoreName(options.store))},
  };
  if (options.store == Store::kCompressed) deciding["quality"] = std::to_string(options.quality);
  if (options.store == Store::kNormalized) {
    deciding["scale"] = options.scale;
    deciding["dtype"] = options.dtype;
  }
  return deciding;
}

std::string Fingerprint(const DatasetInfo& info) {
  std::string text = "format_version=1\nmanifest_sha256=" + info.manifest_sha256 + '\n';
  for (const std::string& name : info.classes) text += "class=" + name + '\n';
  for (const auto& [key, value] : info.options) text += key + '=' + value + '\n';
  return Sha256Hex(text);
}

}  // namespace dataset

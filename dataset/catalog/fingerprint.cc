#include "dataset/catalog/fingerprint.h"

#include "dataset/base/sha256.h"

namespace dataset {

std::string Fingerprint(const DatasetInfo& info) {
  std::string text = "format_version=1\nmanifest_sha256=" + info.manifest_sha256 + '\n';
  for (const std::string& name : info.classes) text += "class=" + name + '\n';
  for (const auto& [key, value] : info.options) text += key + '=' + value + '\n';
  return Sha256Hex(text);
}

}  // namespace dataset

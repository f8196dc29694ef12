#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "dataset/dataset_info.h"
#include "dataset/file.h"

namespace dataset {

enum class Check { kHeader, kFull };  // of bytes that are passed through
enum class Existing { kRefuse, kOverwrite };

struct CompileOptions {
  std::filesystem::path manifest;             // manifest.csv
  std::optional<std::filesystem::path> root;  // raw root; default: the one split.json beside the manifest names
  std::filesystem::path output;               // the dataset folder
  std::string name;                           // default: the root's last folder, made [A-Za-z]\w*
  Store store = Store::kCompressed;
  uint32_t resize = 0;    // short side, never enlarged; 0: as in the source
  uint32_t channels = 3;  // 1, 3, or 0: as in the source
  uint32_t quality = 95;
  std::string scale = "unit";      // unit, signed, standard (ImageNet's mean and deviation)
  std::string dtype = "float32";   // float32, float16
  std::optional<uint32_t> shards;  // per split; default: TFDS's rule
  uint64_t seed = 0;
  Check check = Check::kHeader;
  int jobs = 1;  // threads; never changes a byte
  Existing existing = Existing::kRefuse;
  Sync sync = Sync::kYes;
  std::function<bool()> stop;  // polled between samples; true ends the run without a result
  std::string config_toml;     // written to the output as it is
  std::string tool_version;
};

// Throws Error::Usage with the field's name if an option is out of its range.
void Validate(const CompileOptions& options);

// FOLDER's last part made a dataset name: "my photos" gives "my_photos", "2024" gives "dataset_2024".
std::string DefaultDatasetName(const std::filesystem::path& folder);

}  // namespace dataset

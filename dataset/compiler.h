#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dataset/dataset_info.h"
#include "dataset/file.h"
#include "dataset/progress.h"

namespace dataset {

enum class Check { kHeader, kFull };                 // of bytes that are passed through
enum class Existing { kRefuse, kOverwrite };

struct CompileOptions {
  std::filesystem::path manifest;                    // manifest.csv
  std::optional<std::filesystem::path> root;         // raw root; default: the one split.json beside the manifest names
  std::filesystem::path output;                      // the dataset folder
  std::string name;                                  // default: the root's last folder, made [A-Za-z]\w*
  Store store = Store::kCompressed;
  uint32_t resize = 0;                               // short side, never enlarged; 0: as in the source
  uint32_t channels = 3;                             // 1, 3, or 0: as in the source
  uint32_t quality = 95;
  std::string scale = "unit";                        // unit, signed, standard (ImageNet's mean and deviation)
  std::string dtype = "float32";                     // float32, float16
  std::optional<uint32_t> shards;                    // per split; default: TFDS's rule
  uint64_t seed = 0;
  Check check = Check::kHeader;
  int jobs = 1;                                      // threads; never changes a byte
  Existing existing = Existing::kRefuse;
  Sync sync = Sync::kYes;
  std::string config_toml;                           // written to the output as it is
  std::string tool_version;
};

struct Reject {
  std::string path;
  std::string reason;
};

struct CompileReport {
  DatasetInfo info;
  std::vector<Reject> rejects;      // sorted by path
  bool unchanged = false;           // the same fingerprint was there already: only dataset.json's time was touched
};

// Throws Error::Usage with the field's name if an option is out of its range.
void Validate(const CompileOptions& options);

// Builds the dataset of proto/FORMAT.md, sections 2-6, in a folder beside the output and renames it when complete. Files
// that are no readable image are listed in rejected.csv; a file that cannot be read at all, a full disk or an output
// that exists with another fingerprint (Existing::kRefuse) is an Error and publishes nothing. A split or a class left
// without records is an Error too. Memory: a few pictures per job.
CompileReport CompileDataset(const CompileOptions& options, Progress& progress);

}  // namespace dataset

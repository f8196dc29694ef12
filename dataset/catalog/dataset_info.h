#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/catalog/foreign_format.h"
#include "dataset/catalog/split.h"
#include "dataset/image/pixel_sums.h"
#include "dataset/record/record_compression.h"
#include "dataset/record/shard_index.h"
#include "dataset/sample/sample_keys.h"
#include "dataset/sample/scale.h"
#include "dataset/sample/store.h"

namespace dataset {

// What was found out of the records of another program's file, in order.
struct ForeignRecords {
  std::vector<IndexEntry> index;
  std::vector<uint32_t> labels;  // from 0
};

struct ShardInfo {
  std::string name;  // file name in the dataset folder, or an absolute path
  uint32_t records = 0;
  uint64_t bytes = 0;
  uint32_t crc32c = 0;  // of the whole file, unmasked
  // Of another program's file, which has no NAME.idx; nullptr: a compiled dataset's.
  std::shared_ptr<const ForeignRecords> foreign = nullptr;
};

struct DatasetSplit {
  Split split = Split::kTrain;
  uint32_t records = 0;
  std::vector<uint32_t> records_per_class;
  uint32_t rejected = 0;
  std::vector<ShardInfo> shards;
  uint32_t repeated = 0;  // records that stand for a sample for the second time or more
};

// dataset.json in memory; the fields are those of proto/dataset_info.proto. Or what it would say of files that another
// program wrote (dataset/read/foreign_dataset.h).
struct DatasetInfo {
  std::string tool_version;
  std::string name;
  std::vector<std::string> classes;
  std::vector<DatasetSplit> splits;  // in the order of kSplits; only those with records
  Store store = Store::kCompressed;
  uint32_t channels = 3;
  uint32_t resize = 0;  // short side; 0: as in the source, or a box
  uint32_t width = 0;   // of every picture; 0: they differ
  uint32_t height = 0;
  uint32_t quality = 0;
  Scale scale;             // normalized only
  PixelSums train_pixels;  // empty: not known
  SampleKeys keys;
  RecordCompression compression = RecordCompression::kNone;
  uint64_t seed = 0;
  std::string root;
  std::string manifest_sha256;
  std::string fingerprint;
  std::map<std::string, std::string> options;
  std::optional<ForeignFormat> foreign;  // of another program's records

  const DatasetSplit* Find(Split split) const;  // nullptr: no records
};

// [A-Za-z]\w*
bool IsDatasetName(std::string_view name);

// Untrusted: checks version, names (no '/' or ".."), counts that add up, classes, scale. Throws Error naming `file`.
DatasetInfo ParseDatasetInfo(std::string_view json, const std::string& file);
std::string FormatDatasetInfo(const DatasetInfo& info);
// Reads FOLDER/dataset.json; without it says that FOLDER is not a complete dataset.
DatasetInfo LoadDatasetInfo(const std::filesystem::path& folder);

}  // namespace dataset

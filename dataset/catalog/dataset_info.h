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
#include "dataset/image/depth.h"
#include "dataset/image/pixel_sums.h"
#include "dataset/record/record_compression.h"
#include "dataset/record/shard_index.h"
#include "dataset/sample/sample_id.h"
#include "dataset/sample/sample_keys.h"
#include "dataset/sample/scale.h"
#include "dataset/sample/store.h"

namespace dataset {

// What a scan found in a file of another program: one entry for each record, in the file's order.
struct ForeignRecords {
  std::vector<IndexEntry> index;
  std::vector<uint32_t> labels;  // counted from 0
};

struct ShardInfo {
  std::string name;  // file name, relative to the dataset folder; or an absolute path
  uint32_t records = 0;
  uint64_t bytes = 0;
  uint32_t crc32c = 0;  // of the whole file, unmasked; of another program's file, of its payloads' CRCs alone
  // Set for another program's file, which has no .idx; nullptr for a shard of a compiled dataset.
  std::shared_ptr<const ForeignRecords> foreign = nullptr;
};

struct DatasetSplit {
  Split split = Split::kTrain;
  uint32_t records = 0;
  std::vector<uint32_t> records_per_class;  // by label
  uint32_t rejected = 0;                    // samples left out as unreadable
  std::vector<ShardInfo> shards;
  uint32_t repeated = 0;  // records whose sample has an earlier record in the split (oversampling)
  // The ids of the split's records among those of its shards, ascending; nullptr: all. Set by WithValPart alone
  // (dataset/read/val_part.h): no dataset.json has it.
  std::shared_ptr<const std::vector<SampleId>> part = nullptr;
};

// dataset.json in memory, with the fields of proto/dataset_info.proto. For files that another program wrote, it holds
// what their dataset.json would say (dataset/read/foreign_dataset.h).
struct DatasetInfo {
  std::string tool_version;
  std::string name;
  std::vector<std::string> classes;  // names by label
  std::vector<DatasetSplit> splits;  // in the order of kSplits; only splits with records
  Store store = Store::kCompressed;
  uint32_t channels = 3;  // 1 or 3; 0: they may differ
  uint32_t resize = 0;    // pixels of the short side; 0: as in the source, or a box
  uint32_t width = 0;     // pixels of every picture; 0: they differ
  uint32_t height = 0;
  uint32_t quality = 0;    // of JPEG, 0 ... 100
  Scale scale;             // of store normalized and of other programs' floats
  Depth depth;             // by which more than 8 bits a channel became bytes; not kOwn
  PixelSums train_pixels;  // sums over the stored pixels of train; empty: not known
  SampleKeys keys;
  RecordCompression compression = RecordCompression::kNone;
  uint64_t seed = 0;
  std::string root;
  std::string manifest_sha256;
  std::string fingerprint;
  std::map<std::string, std::string> options;
  std::optional<ForeignFormat> foreign;  // set for other programs' records
  std::vector<std::string> notes;        // what a user should know of other programs' files, one line each

  const DatasetSplit* Find(Split split) const;  // nullptr if the split has no records
};

// Whether a name matches [A-Za-z]\w*.
bool IsDatasetName(std::string_view name);

// Parses an untrusted dataset.json. Throws Error, which names `file`, for another format version, names that lead out
// of the folder, counts that do not add up, and classes or a scale that are not valid.
DatasetInfo ParseDatasetInfo(std::string_view json, const std::string& file);
std::string FormatDatasetInfo(const DatasetInfo& info);
// Reads FOLDER/dataset.json. If it is missing, the Error says that FOLDER is not a complete dataset.
DatasetInfo LoadDatasetInfo(const std::filesystem::path& folder);

}  // namespace dataset

#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dataset/base/enum_names.h"
#include "dataset/compile/compile_part.h"
#include "dataset/image/box_fit.h"
#include "dataset/io/existing_output.h"
#include "dataset/io/sync.h"
#include "dataset/sample/reject_budget.h"
#include "dataset/sample/scale.h"
#include "dataset/sample/store.h"

namespace dataset {

enum class SourceCheck { kHeader, kFull };  // of bytes that are passed through
constexpr auto EnumNames(SourceCheck) {
  return NameTable<SourceCheck, 2>{{{SourceCheck::kHeader, "header"}, {SourceCheck::kFull, "full"}}};
}
enum class Encode { kKeep, kJpeg, kPng };  // of store compressed; kKeep: the source's format where it is one of both
constexpr auto EnumNames(Encode) {
  return NameTable<Encode, 3>{{{Encode::kKeep, "keep"}, {Encode::kJpeg, "jpeg"}, {Encode::kPng, "png"}}};
}
enum class Transcode { kKeep, kBaseline };  // of progressive JPEGs that are passed through
constexpr auto EnumNames(Transcode) {
  return NameTable<Transcode, 2>{{{Transcode::kKeep, "keep"}, {Transcode::kBaseline, "baseline"}}};
}
enum class Profile { kPlain, kTfds };  // kTfds: with TensorFlow Datasets' files

enum class CompileWork {
  kAll,         // compile and publish
  kShare,       // compile a worker's share, publish nothing
  kFinish,      // check and publish what the workers left
  kStatistics,  // only sum the pixels of train (a worker's share), into the file `output`
};

// Where mean or std of --scale standard comes from.
struct Moments {
  enum class Source { kImageNet, kAuto, kValues } source = Source::kImageNet;
  std::vector<double> values;  // of kValues: one a channel, in units of 255
};

struct CompileOptions {
  std::filesystem::path manifest;             // manifest.csv
  std::optional<std::filesystem::path> root;  // raw root; default: the one split.json beside the manifest names
  std::filesystem::path output;               // the dataset folder
  std::string name;                           // default: the root's last folder, made [A-Za-z]\w*
  std::optional<uint32_t> fold;               // this fold of the manifest is val
  Store store = Store::kCompressed;
  BoxFit box_fit;
  uint32_t channels = 3;  // 1, 3, or 0: as in the source
  Encode encode = Encode::kKeep;
  Transcode transcode = Transcode::kKeep;
  uint32_t quality = 95;
  ScaleMode scale = ScaleMode::kUnit;  // not kByte
  ValueType dtype = ValueType::kFloat32;
  Moments mean;  // of kStandard
  Moments stddev;
  std::optional<uint32_t> shards;      // per split; default: TFDS's rule
  std::optional<uint64_t> shard_size;  // bytes; instead of `shards`
  RecordCompression compression = RecordCompression::kNone;
  std::map<std::string, std::string> keys;  // role -> key (sample_keys.h)
  Profile profile = Profile::kPlain;
  uint64_t seed = 0;
  SourceCheck check = SourceCheck::kHeader;

  // What follows never changes a byte.
  RejectBudget max_bad;
  int jobs = 1;  // threads
  ExistingOutput existing = ExistingOutput::kRefuse;
  CompileWork work = CompileWork::kAll;
  WorkerShare worker;                             // of kShare and kStatistics
  std::vector<std::filesystem::path> statistics;  // files of kStatistics, of all its workers
  Sync sync = Sync::kYes;
  std::function<bool()> stop;  // polled between samples; true ends the run without a result
  std::string config_toml;     // written to the output as it is
  std::string tool_version;
};

// Throws Error::Usage with the field's name if an option is out of its range or contradicts another.
void Validate(const CompileOptions& options);

// Whether mean or std are to be computed.
bool NeedsPixelSums(const CompileOptions& options);

// FOLDER's last part made a dataset name: "my photos" gives "my_photos", "2024" gives "dataset_2024".
std::string DefaultDatasetName(const std::filesystem::path& folder);

}  // namespace dataset

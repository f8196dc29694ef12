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
  kShare,       // compile a worker's share; publish nothing
  kFinish,      // check and publish what the workers compiled
  kStatistics,  // only sum the pixels of a worker's share of train, into the file `output`
};

// Where the mean or the std of scale standard comes from. kAuto: from the stored pixels of train.
struct Moments {
  enum class Source { kImageNet, kAuto, kValues } source = Source::kImageNet;
  std::vector<double> values;  // for kValues: one per channel, 0 ... 1 for bytes 0 ... 255
};

// How pictures of more than 8 bits a channel become bytes (proto/FORMAT.md, section 4, "Depth").
struct DepthChoice {
  enum class Kind {
    kAuto,      // by the values that are found
    kHighByte,  // Depth::Kind::kHighByte
    kBits,      // the values have `bits` bits
    kMinMax,    // from the lowest to the highest value that is found
    kRange,     // from `low` to `high`
  } kind = Kind::kAuto;
  uint32_t bits = 0;  // 8 ... 16
  double low = 0;     // finite, below `high`
  double high = 0;
};

struct CompileOptions {
  std::filesystem::path manifest;             // manifest.csv
  std::optional<std::filesystem::path> root;  // raw root; default: the one that split.json beside the manifest names
  std::filesystem::path output;               // the dataset folder
  std::string name;                           // default: DefaultDatasetName of the root
  std::optional<uint32_t> fold;               // this fold of the manifest is val, the others are train
  Store store = Store::kCompressed;
  BoxFit box_fit;
  uint32_t channels = 3;  // 1, 3, or 0: those of the source
  DepthChoice depth;
  Encode encode = Encode::kKeep;
  Transcode transcode = Transcode::kKeep;
  uint32_t quality = 95;               // of JPEGs that are encoded; 1 ... 100
  ScaleMode scale = ScaleMode::kUnit;  // not kByte
  ValueType dtype = ValueType::kFloat32;
  Moments mean;  // of kStandard
  Moments stddev;
  std::optional<uint32_t> shards;      // shards per split; default: TFDS's rule (proto/FORMAT.md, section 2)
  std::optional<uint64_t> shard_size;  // bytes per shard; excludes `shards`
  RecordCompression compression = RecordCompression::kNone;
  std::map<std::string, std::string> keys;  // role -> key (sample_keys.h)
  Profile profile = Profile::kPlain;
  uint64_t seed = 0;
  SourceCheck check = SourceCheck::kHeader;

  // The options that follow do not change the bytes of the records.
  RejectBudget max_bad;  // how many files may be unreadable before the run fails
  int jobs = 1;          // threads, 1 ... 1024
  ExistingOutput existing = ExistingOutput::kRefuse;
  CompileWork work = CompileWork::kAll;
  WorkerShare worker;                             // for kShare and kStatistics
  std::vector<std::filesystem::path> statistics;  // the files that kStatistics wrote, one per worker; for kAuto moments
  Sync sync = Sync::kYes;
  std::function<bool()> stop;  // polled between samples, by several threads; true ends the run early
  std::string config_toml;     // the content of config.toml
  std::string tool_version;
};

// Throws Error::Usage, which names the field, if an option is out of its range or contradicts another.
void Validate(const CompileOptions& options);

// Whether the mean or the std must be computed from the pixels of train.
bool NeedsPixelSums(const CompileOptions& options);

// Makes the last component of `folder` a dataset name, [A-Za-z]\w*: "my photos" becomes "my_photos", "2024" becomes
// "dataset_2024".
std::string DefaultDatasetName(const std::filesystem::path& folder);

}  // namespace dataset

#include "dataset/compile/existing_dataset.h"

#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "dataset/read/shard_set.h"

namespace dataset {

namespace fs = std::filesystem;

namespace {

constexpr uint64_t kMaxJsonBytes = uint64_t{256} << 20;

// Whether a dataset.json is another program's. One that is no JSON counts as a damaged one of ours.
bool IsOthers(const fs::path& file) {
  const auto json = nlohmann::json::parse(ReadFile(file, kMaxJsonBytes), nullptr, /*allow_exceptions=*/false);
  return !json.is_discarded() && !(json.is_object() && json.contains("format_version"));
}

bool IsDatasetFile(const std::string& name) {
  static const std::set<std::string> names = {"classes.txt",       "rejected.csv",  "config.toml",     "dataset.json",
                                              "dataset_info.json", "features.json", "label.labels.txt"};
  static const std::regex shard(R"([A-Za-z]\w*-(train|val|test)\.tfrecord-\d{5,}-of-\d{5,}(\.idx)?)");
  return names.contains(name) || std::regex_match(name, shard);
}

}  // namespace

IsOwnFile DatasetFilesOf(const fs::path&) { return IsDatasetFile; }

bool IsIntact(const fs::path& folder, const std::string& fingerprint) {
  const DatasetInfo info = LoadDatasetInfo(folder);
  if (info.fingerprint != fingerprint) return false;
  for (const DatasetSplit& split : info.splits) CheckShards(folder, info, split.split);
  return true;
}

std::string Difference(const DatasetInfo& there, const DatasetInfo& here) {
  if (there.manifest_sha256 != here.manifest_sha256) return "the manifest";
  if (there.classes != here.classes) return "the classes";
  for (const auto& [key, value] : there.options) {
    const auto found = here.options.find(key);
    if (found == here.options.end()) return "`" + key + "`: " + value + " there, not given here";
    if (found->second != value) return "`" + key + "`: " + value + " there, " + found->second + " here";
  }
  for (const auto& [key, value] : here.options) {
    if (!there.options.contains(key)) return "`" + key + "`: not given there, " + value + " here";
  }
  return "its format";
}

bool IsUpToDate(const CompileOptions& options, const DatasetInfo& info) {
  const fs::path& output = options.output;
  const auto refuse = [&](const std::string& cause) { throw Error(output, cause); };
  if (!fs::exists(output)) return false;
  if (!fs::is_directory(output)) refuse("is not a folder");
  if (fs::is_empty(output)) return false;
  const fs::path json = output / "dataset.json";
  if (!fs::exists(json) || IsOthers(json)) refuse("is not empty and holds no dataset; choose another folder");
  // The fingerprint does not cover the photos' bytes, so only a new compilation has them for sure.
  if (options.existing == ExistingOutput::kOverwrite) return false;
  bool intact = false;
  try {
    intact = IsIntact(output, info.fingerprint);
  } catch (const Error& error) {
    throw Error(std::string(error.what()) + "; `overwrite` builds the dataset anew");
  }
  if (!intact) {
    refuse("holds another dataset (it differs in " + Difference(LoadDatasetInfo(output), info) +
           "); `overwrite` replaces it");
  }
  return intact;
}

}  // namespace dataset

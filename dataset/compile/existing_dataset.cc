#include "dataset/compile/existing_dataset.h"

#include "dataset/base/error.h"
#include "dataset/read/shard_set.h"

namespace dataset {

namespace fs = std::filesystem;

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
  if (!fs::exists(output / "dataset.json")) refuse("is not empty and holds no dataset; choose another folder");
  const bool overwrite = options.existing == ExistingOutput::kOverwrite;
  bool intact = false;
  try {
    intact = IsIntact(output, info.fingerprint);
  } catch (const Error& error) {
    if (!overwrite) throw Error(std::string(error.what()) + "; `overwrite` builds the dataset anew");
  }
  if (!intact && !overwrite) {
    refuse("holds another dataset (it differs in " + Difference(LoadDatasetInfo(output), info) +
           "); `overwrite` replaces it");
  }
  return intact;
}

}  // namespace dataset

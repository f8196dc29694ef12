#include "dataset/compile/published_dataset.h"

#include <algorithm>

#include "dataset/base/error.h"
#include "dataset/compile/tfds_profile.h"
#include "dataset/io/csv.h"
#include "dataset/io/file.h"
#include "dataset/io/sync.h"

namespace dataset {
namespace {

void AddState(const ShardState& state, DatasetSplit* split, ShardInfo* shard) {
  *shard = state.shard;
  split->records += state.shard.records;
  split->rejected += static_cast<uint32_t>(state.rejects.size());
  split->repeated += state.repeated;
  for (size_t label = 0; label < state.records_per_class.size(); ++label) {
    split->records_per_class[label] += state.records_per_class[label];
  }
}

void RefuseEmptyClasses(const Manifest& manifest, const std::vector<std::optional<ShardState>>& states,
                        const std::filesystem::path& file, const DatasetInfo& info) {
  std::vector<uint64_t> records(info.classes.size());
  for (const DatasetSplit& split : info.splits) {
    for (size_t label = 0; label < records.size(); ++label) records[label] += split.records_per_class[label];
  }
  if (std::count(records.begin(), records.end(), 0u) == 0) return;
  const std::vector<uint32_t> labels = manifest.Labels();
  for (size_t i = 0; i < labels.size(); ++i) {
    if (records[labels[i]] > 0) continue;
    const ManifestEntry& entry = manifest.entries[i];
    std::string reason;
    for (const auto& state : states) {
      for (const Reject& reject : state->rejects) {
        if (reject.path == entry.path) reason = reject.reason;
      }
    }
    throw Error(file, "class " + entry.label + " has no record left: all its files were rejected, for example " +
                          entry.path + ": " + reason);
  }
}

}  // namespace

void FillCounts(const Manifest& manifest, const std::vector<std::optional<ShardState>>& states,
                const std::filesystem::path& manifest_file, DatasetInfo* info) {
  size_t next = 0;
  for (DatasetSplit& split : info->splits) {
    const size_t first = next;
    for (ShardInfo& shard : split.shards) {
      AddState(*states[next], &split, &shard);
      info->train_pixels.Add(states[next]->pixels);
      ++next;
    }
    if (split.records > 0) continue;
    const auto with_reject = std::find_if(states.begin() + static_cast<ptrdiff_t>(first), states.end(),
                                          [](const auto& state) { return !state->rejects.empty(); });
    const Reject& reject = (*with_reject)->rejects.front();
    throw Error(manifest_file, "split " + std::string(NameOf(split.split)) +
                                   " has no record left: all its files were rejected, for example " + reject.path +
                                   ": " + reject.reason);
  }
  RefuseEmptyClasses(manifest, states, manifest_file, *info);
}

void WriteDatasetFiles(const CompilePart& part, const std::vector<Reject>& rejects, const std::filesystem::path& folder,
                       Sync sync) {
  PublishFile(folder / "classes.txt", FormatClasses(part.info.classes), sync);
  std::string rejected;
  AppendCsvRow({"path", "reason"}, &rejected);
  for (const Reject& reject : rejects) AppendCsvRow({reject.path, reject.reason}, &rejected);
  PublishFile(folder / "rejected.csv", rejected, sync);
  PublishFile(folder / "config.toml", part.config_toml, sync);
  if (part.info.options.contains("tfds")) WriteTfdsFiles(part.info, folder, sync);
  PublishFile(folder / "dataset.json", FormatDatasetInfo(part.info), sync);
}

}  // namespace dataset

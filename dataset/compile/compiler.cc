#include "dataset/compile/compiler.h"

#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/base/utf8.h"
#include "dataset/compile/compile_plan.h"
#include "dataset/compile/existing_dataset.h"
#include "dataset/compile/finished_shards.h"
#include "dataset/compile/incomplete_dataset.h"
#include "dataset/compile/photo_stamp.h"
#include "dataset/compile/picture_facts.h"
#include "dataset/compile/published_dataset.h"
#include "dataset/compile/shard_compiler.h"
#include "dataset/compile/train_statistics.h"
#include "dataset/io/file.h"
#include "dataset/io/removal.h"
#include "dataset/io/staging_folder.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

using Outcome = CompileReport::Outcome;

bool StartsAfresh(const CompileOptions& options) {
  return options.work == CompileWork::kAll && options.existing != ExistingOutput::kResume;
}

// Plans the shards of the dataset, or takes the plan that an earlier run or another worker has left in the folder.
std::vector<PlannedShard> PlanOrRecall(const CompileOptions& options, const IncompleteDataset& incomplete,
                                       const fs::path& folder, CompileInput* input, Progress& progress) {
  const IncompleteDataset::Parts there = incomplete.LoadParts();
  const bool same = there.workers == 0 || (there.workers == options.worker.count &&
                                           there.parts.front().info.fingerprint == input->info.fingerprint);
  if (!same) {
    throw Error(folder, "holds the beginning of another dataset (it differs in " +
                            (there.workers == options.worker.count ? Difference(there.parts.front().info, input->info)
                                                                   : "the number of workers") +
                            "); remove it, or compile without `resume`");
  }
  if (there.workers > 0 && !HaveSameValues(there.parts.front().info, input->info)) {
    if (there.workers > 1) {
      const bool depth = there.parts.front().info.depth != input->info.depth;
      throw Error(folder, "holds the beginning of a dataset of " +
                              std::string(depth ? "other values of more than 8 bits: photos have changed"
                                                : "another mean or std: photos or `statistics` have changed") +
                              "; remove it and compile again");
    }
    incomplete.RemoveStates();
  }
  std::vector<PlannedShard> shards = there.workers == 0 ? PlanShards(options, *input, progress)
                                                        : PlanShards(options, *input, there.parts.front().info);
  DescribeShards(shards, &input->info);
  incomplete.PublishPart({input->info, options.config_toml}, options.worker, options.sync);
  return shards;
}

CompileReport Publish(const CompileOptions& options, const Manifest& manifest, CompilePart part,
                      const ShardStates& states, const IncompleteDataset& incomplete, StagingFolder* folder) {
  CompileReport report;
  report.rejects = SortedRejects(states);
  report.notes = SumNotes(states);
  FillCounts(manifest, states, options.manifest, &part.info);
  WriteDatasetFiles(part, report.rejects, folder->path(), options.sync);
  incomplete.RemoveWorkFiles();
  folder->Publish(options.sync);
  report.info = std::move(part.info);
  report.shards = static_cast<uint32_t>(states.size());
  return report;
}

// Publishes a dataset that an earlier run had written completely before it was killed; nullopt if there is none, or
// if it is not the dataset `wanted`.
std::optional<CompileReport> PublishComplete(const CompileOptions& options, const DatasetInfo& wanted,
                                             StagingFolder* folder) {
  if (!fs::exists(folder->path() / "dataset.json")) return std::nullopt;
  CompileReport report;
  report.info = LoadDatasetInfo(folder->path());
  if (!IsIntact(folder->path(), wanted.fingerprint)) return std::nullopt;
  for (const DatasetSplit& split : report.info.splits) report.shards += static_cast<uint32_t>(split.shards.size());
  report.shards_reused = report.shards;
  IncompleteDataset(folder->path()).RemoveWorkFiles();
  folder->Publish(options.sync);
  return report;
}

// Compiles this run's share of the shards and, if that is all of them, publishes.
CompileReport CompilePlanned(const CompileOptions& options, const CompileInput& input,
                             const std::vector<PlannedShard>& planned, StagingFolder* folder, Progress& progress) {
  const IncompleteDataset incomplete(folder->path());
  CompileReport report;
  report.outcome = Outcome::kInterrupted;
  std::vector<const PlannedShard*> share, missing;
  std::vector<std::string> names;
  RejectCount count;
  for (uint32_t i = 0; i < planned.size(); ++i) {
    count.samples += planned[i].samples.size();
    if (!options.worker.Has(i)) continue;
    share.push_back(&planned[i]);
    names.push_back(planned[i].name);
  }
  ShardStates before =
      StartsAfresh(options) ? ShardStates(names.size()) : LoadFinished(incomplete, names, input.info, progress);
  DropChanged(options, input, share, &before);
  uint64_t samples = 0;
  for (size_t i = 0; i < share.size(); ++i) {
    if (before[i]) {
      count.rejected += before[i]->rejects.size();
    } else {
      missing.push_back(share[i]);
      samples += share[i]->samples.size();
    }
  }
  progress.Start("compiling", samples);
  if (!CompileShards(options, input, missing, count, folder->path(), progress)) return report;
  progress.Finish();

  ShardStates states(names.size());
  for (size_t i = 0; i < names.size(); ++i) {
    const fs::path file = folder->path() / (names[i] + ".state");
    states[i] = ParseShardState(ReadFile(file), input.info, file.string());
  }
  if (options.work == CompileWork::kShare) {
    report.outcome = Outcome::kShareDone;
    report.info = input.info;
    report.rejects = SortedRejects(states);
    report.notes = SumNotes(states);
    report.shards = static_cast<uint32_t>(share.size());
  } else {
    report = Publish(options, input.manifest, {input.info, options.config_toml}, states, incomplete, folder);
  }
  report.shards_reused = static_cast<uint32_t>(share.size() - missing.size());
  return report;
}

// Whether val is to be one of the folds, and no row is val by itself.
bool HasFoldsAlone(const Manifest& manifest) {
  const auto has = [&](const auto& what) {
    return std::any_of(manifest.entries.begin(), manifest.entries.end(), what);
  };
  return has([](const ManifestEntry& entry) { return entry.fold.has_value(); }) &&
         !has([](const ManifestEntry& entry) { return entry.split == Split::kVal; });
}

CompileReport CompileInto(const CompileOptions& options, CompileInput input, StagingFolder* folder,
                          Progress& progress) {
  const fs::path whole = folder->path() / "dataset.json";
  // Under kOverwrite photos count as changed.
  if (options.work == CompileWork::kAll && options.existing != ExistingOutput::kOverwrite && fs::exists(whole)) {
    if (FindNewerPhotos(input, whole).count > 0) {
      RemoveFile(whole);
    } else if (auto published = PublishComplete(options, input.info, folder)) {
      return *published;
    }
  }
  const IncompleteDataset incomplete(folder->path());
  CompileReport report;
  report.outcome = Outcome::kInterrupted;
  std::vector<std::string> warnings;
  if (!ResolveDepth(options, &input, &warnings, progress)) return report;
  if (!ResolveScale(options, incomplete.statistics(), &input, progress)) return report;
  std::vector<PlannedShard> planned = PlanOrRecall(options, incomplete, folder->path(), &input, progress);
  for (uint32_t i = 0; i < planned.size(); ++i) {
    if (options.worker.Has(i)) planned[i].photos = PhotoStamp(input, planned[i]);
  }
  try {
    report = CompilePlanned(options, input, planned, folder, progress);
  } catch (const Error& error) {
    if (!incomplete.HasFinishedShards()) throw;
    throw Error(std::string(error.what()) + "; finished shards are kept, and `resume` goes on with them");
  }
  report.warnings = std::move(warnings);
  if (!options.fold && HasFoldsAlone(input.manifest)) {
    report.warnings.emplace_back("the manifest has folds, and no val: without `fold` all of them are train");
  }
  return report;
}

// `input` is nullptr where the photos may not be.
CompileReport Unchanged(const CompileOptions& options, const CompileInput* input) {
  const fs::path json = options.output / "dataset.json";
  CompileReport report;
  report.outcome = Outcome::kUnchanged;
  report.info = LoadDatasetInfo(options.output);
  const NewerPhotos newer = input == nullptr ? NewerPhotos() : FindNewerPhotos(*input, json);
  if (newer.count == 0) {
    fs::last_write_time(json, fs::file_time_type::clock::now());
  } else {
    report.warnings.push_back(std::to_string(newer.count) + (newer.count == 1 ? " photo is" : " photos are") +
                              " newer than the dataset, the first " + Printable(newer.first) +
                              "; `overwrite` compiles them anew");
  }
  return report;
}

// Keeps the staging folder of a run that ends early only if it has finished shards.
CompileReport Compile(const CompileOptions& options, CompileInput input, Progress& progress) {
  const FileLock lock = IncompleteDataset::Lock(options);
  // Another process may have built it meanwhile.
  if (IsUpToDate(options, input.info)) return Unchanged(options, &input);
  StagingFolder folder(options.output, DatasetFilesOf, StartsAfresh(options) ? Leftovers::kRemove : Leftovers::kKeep);
  const auto worth_keeping = [&] { return IncompleteDataset(folder.path()).HasFinishedShards(); };
  if (options.work == CompileWork::kShare) folder.Keep();
  try {
    CompileReport report = CompileInto(options, std::move(input), &folder, progress);
    report.locked = lock.locked();
    if (report.outcome == Outcome::kInterrupted && worth_keeping()) folder.Keep();
    return report;
  } catch (const Error&) {
    if (worth_keeping()) folder.Keep();
    throw;
  }
}

CompileReport FinishDataset(const CompileOptions& options, Progress& progress) {
  std::string manifest_sha256;
  const Manifest manifest = LoadManifest(options.manifest, &manifest_sha256);
  const fs::path folder_path = StagingFolder::PathOf(options.output);
  if (!fs::exists(folder_path)) {
    if (fs::exists(options.output / "dataset.json") &&
        LoadDatasetInfo(options.output).manifest_sha256 == manifest_sha256) {
      return Unchanged(options, nullptr);
    }
    throw Error(folder_path, "is not there: no worker has begun");
  }
  const FileLock lock = IncompleteDataset::Lock(options);
  StagingFolder folder(options.output, DatasetFilesOf, Leftovers::kKeep);
  folder.Keep();
  const auto check = [&](const DatasetInfo& info) {
    if (info.manifest_sha256 != manifest_sha256) {
      throw Error(options.manifest, "is not the manifest that the workers compile");
    }
    return IsUpToDate(options, info);
  };
  if (fs::exists(folder_path / "dataset.json")) {
    const DatasetInfo whole = LoadDatasetInfo(folder_path);
    if (check(whole)) return Unchanged(options, nullptr);
    if (auto published = PublishComplete(options, whole, &folder)) return *published;
  }
  const IncompleteDataset incomplete(folder_path);
  const IncompleteDataset::Parts parts = incomplete.LoadParts();
  if (parts.parts.size() != std::max(parts.workers, 1u)) {
    throw Error(folder_path, "only " + std::to_string(parts.parts.size()) + " of " + std::to_string(parts.workers) +
                                 " workers have begun");
  }
  CompilePart part = parts.parts.front();
  if (check(part.info)) return Unchanged(options, nullptr);

  std::vector<std::string> names;
  for (const DatasetSplit& split : part.info.splits) {
    for (const ShardInfo& shard : split.shards) names.push_back(shard.name);
  }
  const ShardStates states = LoadFinished(incomplete, names, part.info, progress);
  for (size_t i = 0; i < names.size(); ++i) {
    if (states[i]) continue;
    throw Error(folder_path / names[i], "is damaged or not finished; run `worker` " +
                                            std::to_string(i % parts.workers + 1) + "/" +
                                            std::to_string(parts.workers) + " again");
  }
  return Publish(options, manifest, std::move(part), states, incomplete, &folder);
}

CompileReport SumStatistics(const CompileOptions& options, CompileInput input, Progress& progress) {
  CompileReport report;
  report.outcome = Outcome::kInterrupted;
  if (!ResolveDepth(options, &input, &report.warnings, progress)) return report;
  report.info = input.info;
  RefuseOthersStatistics(options.output);
  const std::optional<PixelSums> sums = SumTrainPixels(options, input, progress);
  report.outcome = sums ? Outcome::kSummed : Outcome::kInterrupted;
  if (sums) PublishFile(options.output, FormatStatistics(*sums, options.worker, "", input.info), options.sync);
  return report;
}

}  // namespace

CompileReport CompileDataset(const CompileOptions& options, Progress& progress) {
  Validate(options);
  tbb::global_control control(tbb::global_control::max_allowed_parallelism, static_cast<size_t>(options.jobs));
  return tbb::task_arena(options.jobs).execute([&] {
    if (options.work == CompileWork::kFinish) return FinishDataset(options, progress);
    CompileInput input = LoadInput(options);
    if (options.work == CompileWork::kStatistics) return SumStatistics(options, std::move(input), progress);
    if (IsUpToDate(options, input.info)) return Unchanged(options, &input);
    return Compile(options, std::move(input), progress);
  });
}

}  // namespace dataset

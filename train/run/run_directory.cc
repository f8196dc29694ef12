#include "train/run/run_directory.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <compare>
#include <cstdio>
#include <fstream>
#include <initializer_list>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "dataset/io/removal.h"
#include "dataset/io/sync.h"
#include "train/loop/evaluation.h"
#include "train/metrics/metrics_table.h"
#include "train/metrics/training_curves.h"

namespace train {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kCheckpointPrefix = "step-";
constexpr char kIncomplete[] = ".incomplete";
constexpr char kLock[] = ".lock";
constexpr char kStateFile[] = "train_state.json";
// How metrics.jsonl begins.
constexpr std::string_view kFirstEvent = R"({"event":"start","options":{)";
constexpr std::string_view kEpochEvent = R"({"event":"epoch",)";
constexpr uint64_t kMaxJsonBytes = uint64_t{64} << 20;

std::string CheckpointName(uint64_t step) {
  std::array<char, 32> name;
  std::snprintf(name.data(), name.size(), "step-%08llu", static_cast<unsigned long long>(step));
  return name.data();
}

// Orders checkpoints by step. Of two with the same step, the one that is not being replaced is greater.
struct CheckpointRank {
  uint64_t step = 0;
  bool current = true;
  auto operator<=>(const CheckpointRank&) const = default;
};

// The name of a checkpoint while another one with the same step replaces it, so that a kill between the two renames
// loses neither.
std::string ReplacedName(const std::string& name) { return name + ".replaced"; }

std::optional<CheckpointRank> RankOf(std::string_view name) {
  if (!name.starts_with(kCheckpointPrefix)) return std::nullopt;
  CheckpointRank rank;
  const char* end = name.data() + name.size();
  const auto [stopped, failed] = std::from_chars(name.data() + kCheckpointPrefix.size(), end, rank.step);
  if (failed != std::errc()) return std::nullopt;
  rank.current = stopped == end;
  if (!rank.current && name != ReplacedName(std::string(name.data(), stopped))) return std::nullopt;
  return rank;
}

// Whether it is the folder of a checkpoint, complete or not.
bool IsCheckpoint(std::string_view name) {
  if (name.starts_with('.') && name.ends_with(kIncomplete)) {
    name = name.substr(1, name.size() - 1 - std::string_view(kIncomplete).size());
  }
  return RankOf(name).has_value();
}

bool Exists(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

std::vector<fs::path> ListFolder(const fs::path& folder) {
  std::vector<fs::path> entries;
  if (!Exists(folder)) return entries;
  std::error_code error;
  for (fs::directory_iterator item(folder, error), end; !error && item != end; item.increment(error)) {
    entries.push_back(item->path());
  }
  if (error) throw dataset::Error::System(folder, "cannot list", error.value());
  return entries;
}

void Rename(const fs::path& from, const fs::path& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) throw dataset::Error::System(to, "cannot put in place", errno);
}

bool IsFolder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

bool BeginsWith(const fs::path& file, std::string_view text) {
  std::string begin(text.size(), '\0');
  std::ifstream(file, std::ios::binary).read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return begin == text;
}

// Removes files by their names, also those that a kill has left half written.
void RemoveFiles(const fs::path& folder, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    dataset::RemoveFile(folder / name);
    dataset::RemoveFile(folder / ("." + std::string(name) + kIncomplete));
  }
}

void RemoveCheckpoint(const fs::path& folder) {
  RemoveFiles(folder, {"weights.safetensors", "optimizer.safetensors", "average.safetensors", "kept.safetensors",
                       "best.safetensors", kStateFile});
  dataset::RemoveIfEmpty(folder);
}

// Files that are known by how they begin, since others may have the same names.
using KnownFiles = std::array<std::pair<const char*, std::string_view>, 2>;
constexpr KnownFiles kEvaluationFiles = {
    {{"evaluation.json", kEvaluationBegin}, {"predictions.csv", kPredictionColumns}}};
constexpr KnownFiles kViewFiles = {{{"metrics.csv", kMetricsTableBegin}, {"curves.svg", kCurvesBegin}}};

void RemoveKnown(const fs::path& folder, const KnownFiles& files) {
  for (const auto& [name, begin] : files) {
    if (BeginsWith(folder / name, begin)) dataset::RemoveFile(folder / name);
    dataset::RemoveFile(folder / ("." + std::string(name) + kIncomplete));
  }
}

void RemoveEvaluation(const fs::path& folder) {
  RemoveKnown(folder, kEvaluationFiles);
  RemoveFiles(folder, {kLock});
  dataset::RemoveIfEmpty(folder);
}

}  // namespace

bool RunDirectory::IsRun() const {
  if (!Exists(marker())) {
    return BeginsWith(metrics(), kFirstEvent);
  }
  try {
    ParseModelInfo(dataset::ReadFile(marker(), kMaxJsonBytes), marker().string());
    return true;
  } catch (const dataset::Error&) {
    return false;
  }
}

bool RunDirectory::empty() const {
  if (Exists(path_) && !IsFolder(path_)) return false;
  for (const fs::path& entry : ListFolder(path_)) {
    if (entry.filename() != kLock) return false;
  }
  return true;
}

void RunDirectory::RefuseOthers() const {
  if (!IsRun() && !empty()) {
    throw dataset::Error(
        path_, IsFolder(path_) ? "is not empty and holds no run of dtrain; choose another folder" : "is not a folder");
  }
  for (const auto& [name, begin] : kViewFiles) {
    const fs::path file = path_ / name;
    // A loss of power may have left it empty.
    if (!Exists(file) || fs::is_empty(file) || BeginsWith(file, begin)) continue;
    throw dataset::Error(file, "is not as dtrain wrote it, and the run needs its place; move it away");
  }
}

dataset::FileLock RunDirectory::Lock() const { return {path_ / kLock, path_}; }

dataset::FileLock RunDirectory::Begin() const {
  std::error_code error;
  fs::create_directories(path_, error);
  if (error) throw dataset::Error::System(path_, "cannot create", error.value());
  dataset::FileLock lock = Lock();
  if (!empty()) throw dataset::Error(path_, "is no longer empty: another process has begun a run there");
  return lock;
}

ModelInfo RunDirectory::LoadModelInfo() const {
  if (!Exists(path_)) throw dataset::Error(path_, "there is no such run; dtrain makes one of a dataset");
  if (Exists(path_ / "dataset.json")) {
    throw dataset::Error(path_, "is a dataset, not a run; dtrain makes a run of it");
  }
  std::optional<ModelInfo> info;
  for (const fs::path& file : {model(), marker()}) {
    if (!Exists(file)) continue;
    ModelInfo read = ParseModelInfo(dataset::ReadFile(file, kMaxJsonBytes), file.string());
    if (info && info->classes != read.classes) {
      throw dataset::Error(model(), "has other classes than run.json beside it, or in another order; they are those " +
                                        std::string("of the training, so bring the right file back"));
    }
    if (!info) info = std::move(read);
  }
  if (info) return *info;
  throw dataset::Error(
      path_.string(),
      "is no finished run: it has no model.json; dtrain makes a run, and its option resume finishes one");
}

bool RunDirectory::finished() const {
  if (!Exists(model())) return false;
  const std::optional<fs::path> checkpoint = LatestCheckpoint();
  return !checkpoint || LoadState(*checkpoint).complete;
}

Normalization RunDirectory::LoadNormalization(const ModelInfo& info) const {
  Normalization normalization{info.normalization, info.mean, info.stddev, nullptr};
  if (Whitens(info.normalization)) {
    normalization.whitening =
        ReadWhitening(whitening(), size_t{info.image_size} * info.image_size * info.channels, info.dataset_fingerprint);
  }
  return normalization;
}

std::optional<fs::path> RunDirectory::LatestCheckpoint() const {
  std::optional<CheckpointRank> latest;
  fs::path found;
  for (const fs::path& entry : ListFolder(path_ / "checkpoints")) {
    const auto rank = RankOf(entry.filename().string());
    if (rank && (!latest || *rank > *latest) && Exists(entry / kStateFile)) {
      latest = rank;
      found = entry;
    }
  }
  if (!latest) return std::nullopt;
  return found;
}

bool RunDirectory::HasLostCheckpoints() const {
  const fs::path checkpoints = path_ / "checkpoints";
  std::error_code error;
  if (fs::is_symlink(checkpoints, error) && !Exists(checkpoints)) return true;
  std::ifstream lines(metrics());
  int epochs = 0;
  for (std::string line; epochs < 2 && std::getline(lines, line);) epochs += line.starts_with(kEpochEvent);
  return epochs == 2;
}

TrainState RunDirectory::LoadState(const fs::path& checkpoint) {
  const fs::path file = checkpoint / kStateFile;
  return ParseTrainState(dataset::ReadFile(file, kMaxJsonBytes), file.string());
}

void RunDirectory::ReplaceState(const fs::path& checkpoint, const TrainState& state, dataset::Sync sync) {
  dataset::PublishFile(checkpoint / kStateFile, FormatTrainState(state), sync);
}

fs::path RunDirectory::DatasetFolder() const {
  std::string relative;
  if (const std::optional<fs::path> checkpoint = LatestCheckpoint()) relative = LoadState(*checkpoint).dataset;
  if (relative.empty() && (Exists(model()) || Exists(marker()))) relative = LoadModelInfo().dataset;
  if (relative.empty()) throw dataset::Error(path_, "does not say what it was trained on; name its dataset, too");
  // It leads there from the folder itself, not from a link to it.
  return (fs::weakly_canonical(path_) / relative).lexically_normal();
}

std::string RunDirectory::RelativeDataset(const fs::path& dataset) const {
  return fs::proximate(fs::absolute(dataset), fs::absolute(path_)).string();
}

void RunDirectory::Clear() const {
  const fs::path checkpoints = path_ / "checkpoints", evaluations = path_ / "eval";
  for (const fs::path& entry : ListFolder(checkpoints)) {
    if (IsCheckpoint(entry.filename().string())) RemoveCheckpoint(entry);
  }
  dataset::RemoveIfEmpty(checkpoints);
  for (const fs::path& entry : ListFolder(evaluations)) {
    if (IsFolder(entry) && !fs::is_symlink(entry)) RemoveEvaluation(entry);
  }
  dataset::RemoveIfEmpty(evaluations);
  RemoveKnown(path_, kViewFiles);
  // The last two tell what the folder is.
  RemoveFiles(path_, {"model.json", "config.toml", "weights.safetensors", "whitening.safetensors",
                      "events.out.tfevents.dtrain", "metrics.jsonl", "run.json"});
}

fs::path CheckpointWeights(const fs::path& checkpoint) { return checkpoint / "weights.safetensors"; }
fs::path CheckpointOptimizer(const fs::path& checkpoint) { return checkpoint / "optimizer.safetensors"; }
fs::path CheckpointAverage(const fs::path& checkpoint) { return checkpoint / "average.safetensors"; }
fs::path CheckpointKept(const fs::path& checkpoint) { return checkpoint / "kept.safetensors"; }
fs::path CheckpointBest(const fs::path& checkpoint) { return checkpoint / "best.safetensors"; }

CheckpointWriter::CheckpointWriter(const RunDirectory& run, uint64_t step) {
  const fs::path folder = run.path() / "checkpoints";
  const std::string name = CheckpointName(step);
  final_ = folder / name;
  incomplete_ = folder / ("." + name + kIncomplete);
  RemoveCheckpoint(incomplete_);
  std::error_code error;
  fs::create_directories(incomplete_, error);
  if (error) throw dataset::Error::System(incomplete_, "cannot create", error.value());
}

void CheckpointWriter::Publish(const TrainState& state, dataset::Sync sync) {
  dataset::PublishFile(incomplete_ / kStateFile, FormatTrainState(state), sync);
  // The same step is written twice if a run is stopped during validation and then resumed.
  const fs::path folder = final_.parent_path(), replaced = folder / ReplacedName(final_.filename().string());
  RemoveCheckpoint(replaced);
  if (Exists(final_)) Rename(final_, replaced);
  Rename(incomplete_, final_);
  if (sync == dataset::Sync::kYes) dataset::SyncDirectory(folder);
  for (const fs::path& entry : ListFolder(folder)) {
    if (entry != final_ && IsCheckpoint(entry.filename().string())) RemoveCheckpoint(entry);
  }
}

}  // namespace train

#include "train/run/run_directory.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <compare>
#include <cstdio>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "dataset/io/sync.h"

namespace train {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kCheckpointPrefix = "step-";
constexpr char kStateFile[] = "train_state.json";
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

}  // namespace

ModelInfo RunDirectory::LoadModelInfo() const {
  if (!fs::exists(path_)) throw dataset::Error(path_, "there is no such run; dtrain makes one of a dataset");
  if (fs::exists(path_ / "dataset.json")) {
    throw dataset::Error(path_, "is a dataset, not a run; dtrain makes a run of it");
  }
  if (!fs::exists(model())) {
    throw dataset::Error(
        path_.string(),
        "is no finished run: it has no model.json; dtrain makes a run, and its option resume finishes one");
  }
  return ParseModelInfo(dataset::ReadFile(model(), kMaxJsonBytes), model().string());
}

Normalization RunDirectory::LoadNormalization(const ModelInfo& info) const {
  Normalization normalization{info.normalization, info.mean, info.stddev, nullptr};
  if (Whitens(info.normalization)) {
    normalization.whitening = ReadWhitening(whitening(), size_t{info.image_size} * info.image_size * info.channels);
  }
  return normalization;
}

std::optional<fs::path> RunDirectory::LatestCheckpoint() const {
  std::optional<CheckpointRank> latest;
  fs::path found;
  const fs::path folder = path_ / "checkpoints";
  if (!fs::exists(folder)) return std::nullopt;
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  if (error) throw dataset::Error::System(folder, "cannot list", error.value());
  for (const auto& entry : entries) {
    const auto rank = RankOf(entry.path().filename().string());
    if (rank && (!latest || *rank > *latest) && fs::exists(entry.path() / kStateFile)) {
      latest = rank;
      found = entry.path();
    }
  }
  if (!latest) return std::nullopt;
  return found;
}

TrainState RunDirectory::LoadState(const fs::path& checkpoint) {
  const fs::path file = checkpoint / kStateFile;
  return ParseTrainState(dataset::ReadFile(file, kMaxJsonBytes), file.string());
}

fs::path RunDirectory::DatasetFolder() const {
  std::string relative;
  if (const std::optional<fs::path> checkpoint = LatestCheckpoint()) relative = LoadState(*checkpoint).dataset;
  if (relative.empty() && fs::exists(model())) relative = LoadModelInfo().dataset;
  if (relative.empty()) throw dataset::Error(path_, "does not say what it was trained on; name its dataset, too");
  // It leads there from the folder itself, not from a link to it.
  return (fs::weakly_canonical(path_) / relative).lexically_normal();
}

std::string RunDirectory::RelativeDataset(const fs::path& dataset) const {
  return fs::proximate(fs::absolute(dataset), fs::absolute(path_)).string();
}

bool RunDirectory::empty() const {
  for (const fs::path& file : {config(), model(), weights(), metrics(), path_ / "checkpoints"}) {
    if (fs::exists(file)) return false;
  }
  return true;
}

void RunDirectory::Clear() const {
  for (const fs::path& file :
       {model(), config(), weights(), whitening(), metrics(), path_ / "checkpoints", path_ / "eval"}) {
    fs::remove_all(file);
  }
}

CheckpointWriter::CheckpointWriter(const RunDirectory& run, uint64_t step) {
  const fs::path folder = run.path() / "checkpoints";
  const std::string name = CheckpointName(step);
  final_ = folder / name;
  incomplete_ = folder / ("." + name + ".incomplete");
  fs::remove_all(incomplete_);
  fs::create_directories(incomplete_);
}

void CheckpointWriter::Publish(const TrainState& state, dataset::Sync sync) {
  dataset::PublishFile(incomplete_ / kStateFile, FormatTrainState(state), sync);
  // The same step is written twice if a run is stopped during validation and then resumed.
  const fs::path replaced = final_.parent_path() / ReplacedName(final_.filename().string());
  fs::remove_all(replaced);
  if (fs::exists(final_)) fs::rename(final_, replaced);
  fs::rename(incomplete_, final_);
  if (sync == dataset::Sync::kYes) dataset::SyncDirectory(final_.parent_path());
  std::vector<fs::path> stale;
  for (const auto& entry : fs::directory_iterator(final_.parent_path())) {
    if (entry.path() != final_) stale.push_back(entry.path());
  }
  for (const fs::path& path : stale) fs::remove_all(path);
}

MetricsFile::MetricsFile(const fs::path& path, uint64_t bytes) : path_(path.string()), bytes_(bytes) {
  fd_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (fd_ < 0) throw dataset::Error::System(path_, "cannot open", errno);
  const off_t length = ::lseek(fd_, 0, SEEK_END);
  if (length < 0 || static_cast<uint64_t>(length) < bytes) {
    ::close(fd_);
    throw dataset::Error(path_, "is shorter than its checkpoint says: " + std::to_string(bytes) + " bytes");
  }
  if (::ftruncate(fd_, static_cast<off_t>(bytes)) != 0 || ::lseek(fd_, 0, SEEK_END) < 0) {
    const int number = errno;
    ::close(fd_);
    throw dataset::Error::System(path_, "cannot cut back", number);
  }
}

MetricsFile::~MetricsFile() { ::close(fd_); }

void MetricsFile::Append(const std::string& line) {
  const std::string text = line + "\n";
  size_t done = 0;
  while (done < text.size()) {
    const ssize_t count = ::write(fd_, text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw dataset::Error::System(path_, "cannot write", errno);
    done += static_cast<size_t>(count);
  }
  bytes_ += text.size();
}

void MetricsFile::Sync() {
  if (::fdatasync(fd_) != 0) throw dataset::Error::System(path_, "cannot sync", errno);
}

}  // namespace train

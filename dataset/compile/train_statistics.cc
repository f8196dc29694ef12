#include "dataset/compile/train_statistics.h"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <atomic>
#include <exception>
#include <mutex>

#include "dataset/base/error.h"
#include "dataset/catalog/dataset_info_message.h"
#include "dataset/compile/sample_encoder.h"
#include "dataset/io/file.h"
#include "dataset/io/proto_json.h"
#include "proto/dataset_info.pb.h"

namespace dataset {
namespace {

constexpr uint64_t kMaxBytes = uint64_t{1} << 20;

std::vector<uint32_t> TrainEntries(const Manifest& manifest, const WorkerShare& share) {
  std::vector<uint32_t> entries;
  uint32_t number = 0;
  for (uint32_t i = 0; i < manifest.entries.size(); ++i) {
    if (manifest.entries[i].split == Split::kTrain && share.Has(number++)) entries.push_back(i);
  }
  return entries;
}

}  // namespace

std::optional<PixelSums> SumTrainPixels(const CompileOptions& options, const CompileInput& input, Progress& progress) {
  struct Worker {
    SampleEncoder encoder;
    PixelSums sums;
  };
  tbb::enumerable_thread_specific<Worker> workers([&] {
    return Worker{SampleEncoder(options, input.root, input.info), {}};
  });
  const std::vector<uint32_t> entries = TrainEntries(input.manifest, options.worker);
  std::vector<std::exception_ptr> failures(entries.size());
  std::atomic<bool> failed = false, stopped = false;
  progress.Start("summing pixels", entries.size());
  tbb::parallel_for(size_t{0}, entries.size(), [&](size_t i) {
    if (failed || stopped) return;
    if (options.stop && options.stop()) stopped = true;
    try {
      Worker& worker = workers.local();
      worker.sums.Add(worker.encoder.SumPixels(input.manifest.entries[entries[i]]).pixels);
    } catch (...) {
      failures[i] = std::current_exception();
      failed = true;
    }
    progress.Advance(1);
  });
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
  if (stopped) return std::nullopt;
  progress.Finish();
  PixelSums all;
  for (const Worker& worker : workers) all.Add(worker.sums);
  return all;
}

std::string FormatStatistics(const PixelSums& sums, const WorkerShare& share, const std::string& photos,
                             const DatasetInfo& info) {
  dstools::TrainStatistics message;
  message.set_fingerprint(info.fingerprint);
  message.set_worker(share.index + 1);
  message.set_workers(share.count);
  FillMessage(sums, message.mutable_pixels());
  message.set_photos(photos);
  return FormatProtoJson(message);
}

bool IsOfOtherPhotos(const std::filesystem::path& file, const std::string& photos) {
  dstools::TrainStatistics message;
  ParseProtoJson(ReadFile(file, kMaxBytes), file.string(), &message);
  return !message.photos().empty() && message.photos() != photos;
}

void RefuseOthersStatistics(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return;
  dstools::TrainStatistics message;
  try {
    ParseProtoJson(ReadFile(file, kMaxBytes), file.string(), &message);
  } catch (const Error&) {
    message.Clear();
  }
  if (message.workers() > 0) return;
  throw Error(file, "is there already and was not written by dscompile; choose another name, or move it away");
}

PixelSums LoadStatistics(const std::vector<std::filesystem::path>& files, const DatasetInfo& info) {
  PixelSums all;
  std::vector<std::string> file_of(files.size());  // one per share; empty: not seen yet
  for (const std::filesystem::path& path : files) {
    const auto refuse = [&](const std::string& cause) { throw Error(path, cause); };
    dstools::TrainStatistics message;
    ParseProtoJson(ReadFile(path, kMaxBytes), path.string(), &message);
    if (message.fingerprint() != info.fingerprint) {
      refuse("is of another dataset; `stats_only` must have the same manifest and options");
    }
    if (message.workers() != files.size()) {
      refuse("is one of " + std::to_string(message.workers()) + " files, but " + std::to_string(files.size()) +
             " are given");
    }
    if (message.worker() < 1 || message.worker() > message.workers()) refuse("has a worker number out of range");
    std::string& other = file_of[message.worker() - 1];
    if (!other.empty()) refuse("is of the same worker as " + other);
    other = path.string();
    all.Add(ReadMessage(message.pixels(), info.channels, path.string()));
  }
  if (all.empty()) throw Error(files.front(), "no picture of train could be read");
  return all;
}

}  // namespace dataset

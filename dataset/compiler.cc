#include "dataset/compiler.h"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <exception>
#include <numeric>

#include "dataset/csv.h"
#include "dataset/error.h"
#include "dataset/fingerprint.h"
#include "dataset/manifest.h"
#include "dataset/placement.h"
#include "dataset/sample_encoder.h"
#include "dataset/scale.h"
#include "dataset/sha256.h"
#include "dataset/shard_set.h"
#include "dataset/split_info.h"
#include "dataset/split_writer.h"
#include "dataset/staging_folder.h"
#include "dataset/utf8.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

// Whether the folder holds the dataset of this fingerprint. Throws Error if it holds a damaged one.
bool IsIntact(const fs::path& folder, const std::string& fingerprint) {
  const DatasetInfo info = LoadDatasetInfo(folder);
  if (info.fingerprint != fingerprint) return false;
  for (const DatasetSplit& split : info.splits) ShardSet(folder, info, split.split);
  return true;
}

// The first thing that decides the bytes and is not the same.
std::string Difference(const DatasetInfo& a, const DatasetInfo& b) {
  if (a.manifest_sha256 != b.manifest_sha256) return "the manifest";
  if (a.classes != b.classes) return "the classes";
  for (const auto& [key, value] : a.options) {
    const auto found = b.options.find(key);
    if (found == b.options.end()) return key;
    if (found->second != value) return key + ": " + value + " there, " + found->second + " here";
  }
  return "its format";
}

// Throws unless the output may become this dataset. True if it is that already.
bool IsUpToDate(const CompileOptions& options, const DatasetInfo& info) {
  const fs::path& output = options.output;
  const auto refuse = [&](const std::string& cause) { throw Error(Place{output.string(), {}, {}}, cause); };
  if (!fs::exists(output)) return false;
  if (!fs::is_directory(output)) refuse("is there and is no folder");
  if (fs::is_empty(output)) return false;
  if (!fs::exists(output / "dataset.json")) refuse("is not empty and no dataset; nothing of it is touched");
  const bool overwrite = options.existing == Existing::kOverwrite;
  bool intact = false;
  try {
    intact = IsIntact(output, info.fingerprint);
  } catch (const Error& error) {
    if (!overwrite) throw Error(std::string(error.what()) + "; --overwrite builds the dataset anew");
  }
  if (!intact && !overwrite) {
    refuse("holds another dataset (it differs in " + Difference(LoadDatasetInfo(output), info) +
           "); --overwrite replaces it");
  }
  return intact;
}

bool IsInside(const fs::path& path, const fs::path& folder) {
  const fs::path relative = fs::weakly_canonical(path).lexically_relative(fs::weakly_canonical(folder));
  return !relative.empty() && *relative.begin() != "..";
}

class Compiler {
 public:
  Compiler(const CompileOptions& options, const Manifest& manifest, const fs::path& root, const DatasetInfo& info,
           const fs::path& folder, Progress& progress)
      : options_(options),
        manifest_(manifest),
        labels_(manifest.Labels()),
        progress_(progress),
        info_(info),
        root_(root),
        folder_(folder),
        encoders_([this] { return SampleEncoder(options_, root_, info_.scale); }) {}

  CompileReport Run() {
    tbb::global_control control(tbb::global_control::max_allowed_parallelism, static_cast<size_t>(options_.jobs));
    tbb::task_arena(options_.jobs).execute([&] {
      for (const Split split : kSplits) PlanSplit(split);
      progress_.Start("compiling", tasks_.size());
      RunPipeline();
    });
    if (failure_) std::rethrow_exception(failure_);
    if (Stopped()) return {{}, {}, false, true};
    for (SplitWriter& writer : writers_) info_.splits.push_back(writer.Finish());
    RefuseEmpty();
    std::sort(rejects_.begin(), rejects_.end(), [](const Reject& a, const Reject& b) { return a.path < b.path; });
    WriteInfo();
    progress_.Finish();
    return {info_, rejects_, false, false};
  }

 private:
  struct Task {
    uint32_t writer = 0;
    uint32_t entry = 0;
  };
  // A task on its way through the pipeline.
  struct Token {
    Task task;
    EncodedSample sample;
    std::exception_ptr failure;
  };

  bool Stopped() {
    interrupted_ = interrupted_ || (options_.stop && options_.stop());
    return interrupted_;
  }

  void PlanSplit(Split split) {
    const std::vector<uint32_t> order = PlaceSamples(manifest_, split, options_.seed);
    if (order.empty()) return;
    const uint32_t n = static_cast<uint32_t>(order.size());
    const uint32_t shards = std::min(n, options_.shards ? *options_.shards : DefaultShardCount(Estimate(order), n));
    const uint32_t writer = static_cast<uint32_t>(writers_.size());
    writers_.emplace_back(folder_, info_.name, split, n, shards, static_cast<uint32_t>(manifest_.classes.size()),
                          options_.sync);
    for (uint32_t entry : order) tasks_.push_back({writer, entry});
  }

  uint64_t Estimate(const std::vector<uint32_t>& order) {
    std::vector<uint64_t> bytes(order.size());
    tbb::parallel_for(size_t{0}, order.size(),
                      [&](size_t i) { bytes[i] = encoders_.local().EstimateBytes(manifest_.entries[order[i]]); });
    return std::accumulate(bytes.begin(), bytes.end(), uint64_t{0});
  }

  void RunPipeline() {
    // The writer ends tokens in order, so with this many alive the slot of token i is free again for token i + slots.
    std::vector<Token> slots(4 * static_cast<size_t>(options_.jobs) + 4);
    size_t next = 0;
    const auto deal = [&](tbb::flow_control& control) -> Token* {
      if (failed_ || next == tasks_.size() || Stopped()) {
        control.stop();
        return nullptr;
      }
      Token* token = &slots[next % slots.size()];
      token->task = tasks_[next++];
      return token;
    };
    const auto encode = [&](Token* token) {
      Encode(token);
      return token;
    };
    const auto write = [&](Token* token) { Write(token); };
    tbb::parallel_pipeline(slots.size(), tbb::make_filter<void, Token*>(tbb::filter_mode::serial_in_order, deal) &
                                             tbb::make_filter<Token*, Token*>(tbb::filter_mode::parallel, encode) &
                                             tbb::make_filter<Token*, void>(tbb::filter_mode::serial_in_order, write));
  }

  // Failures travel in the token, so that the first one in order is reported whatever the threads do.
  void Encode(Token* token) noexcept {
    try {
      token->sample = encoders_.local().Encode(manifest_.entries[token->task.entry], labels_[token->task.entry]);
    } catch (...) {
      token->failure = std::current_exception();
    }
  }

  void Write(Token* token) noexcept {
    if (failed_) return;
    try {
      if (token->failure) std::rethrow_exception(token->failure);
      SplitWriter& writer = writers_[token->task.writer];
      if (token->sample.reject.empty()) {
        writer.Write(labels_[token->task.entry], token->sample.payload);
      } else {
        writer.Skip();
        rejects_.push_back({manifest_.entries[token->task.entry].path, Printable(token->sample.reject)});
      }
      token->sample = {};
      progress_.Advance(1);
    } catch (...) {
      failure_ = std::current_exception();
      failed_ = true;
    }
  }

  void RefuseEmpty() const {
    std::vector<uint64_t> records(manifest_.classes.size());
    for (const DatasetSplit& split : info_.splits) {
      for (size_t label = 0; label < records.size(); ++label) records[label] += split.records_per_class[label];
    }
    for (size_t i = 0; i < labels_.size(); ++i) {
      const ManifestEntry& entry = manifest_.entries[i];
      const bool empty_split = info_.Find(entry.split)->records == 0;
      if (!empty_split && records[labels_[i]] > 0) continue;
      const std::string what = empty_split ? "split " + std::string(SplitName(entry.split)) : "class " + entry.label;
      // All of its files were rejected, this one too.
      const auto reject = std::find_if(rejects_.begin(), rejects_.end(), [&](auto& r) { return r.path == entry.path; });
      throw Error(Place{options_.manifest.string(), {}, {}},
                  what + " has no record left, all its files were rejected; " + entry.path + ": " + reject->reason);
    }
  }

  void WriteInfo() const {
    PublishFile(folder_ / "classes.txt", FormatClasses(manifest_.classes), options_.sync);
    std::string rejected;
    AppendCsvRow({"path", "reason"}, &rejected);
    for (const Reject& reject : rejects_) AppendCsvRow({reject.path, reject.reason}, &rejected);
    PublishFile(folder_ / "rejected.csv", rejected, options_.sync);
    PublishFile(folder_ / "config.toml", options_.config_toml, options_.sync);
    PublishFile(folder_ / "dataset.json", FormatDatasetInfo(info_), options_.sync);
  }

  const CompileOptions& options_;
  const Manifest& manifest_;
  const std::vector<uint32_t> labels_;  // of the manifest's entries
  Progress& progress_;
  DatasetInfo info_;
  const fs::path root_;
  const fs::path folder_;
  tbb::enumerable_thread_specific<SampleEncoder> encoders_;
  std::vector<Task> tasks_;
  std::deque<SplitWriter> writers_;
  std::vector<Reject> rejects_;
  std::exception_ptr failure_;
  std::atomic<bool> failed_ = false;
  bool interrupted_ = false;
};

// All of dataset.json that is known before a sample is read.
DatasetInfo Describe(const CompileOptions& options, const Manifest& manifest, const fs::path& root) {
  DatasetInfo info;
  info.tool_version = options.tool_version;
  info.name = options.name;
  info.classes = manifest.classes;
  info.store = options.store;
  info.channels = options.channels;
  info.resize = options.resize;
  if (options.store == Store::kCompressed) info.quality = options.quality;
  if (options.store == Store::kNormalized) info.scale = MakeScale(options.scale, options.dtype, options.channels);
  info.seed = options.seed;
  info.root = Printable(fs::weakly_canonical(root).string());
  info.manifest_sha256 = Sha256Hex(ReadFile(options.manifest));
  info.options = DecidingOptions(options);
  info.fingerprint = Fingerprint(info);
  return info;
}

}  // namespace

CompileReport CompileDataset(const CompileOptions& given, Progress& progress) {
  Validate(given);
  CompileOptions options = given;
  const Manifest manifest = LoadManifest(options.manifest);
  const fs::path root = options.root ? *options.root : LoadSplitRoot(options.manifest.parent_path());
  if (!fs::is_directory(root)) throw Error(Place{root.string(), {}, {}}, "is no folder; name the raw root with --root");
  if (options.name.empty()) options.name = DefaultDatasetName(fs::weakly_canonical(root));
  if (IsInside(options.manifest, options.output) || IsInside(root, options.output)) {
    throw Error::Usage("output: " + options.output.string() +
                       " holds the manifest or the photos; choose another folder");
  }
  if (manifest.entries.empty()) throw Error(Place{options.manifest.string(), {}, {}}, "lists no files");

  const DatasetInfo info = Describe(options, manifest, root);
  if (IsUpToDate(options, info)) {
    fs::last_write_time(options.output / "dataset.json", fs::file_time_type::clock::now());
    return {LoadDatasetInfo(options.output), {}, true, false};
  }
  StagingFolder folder(options.output);
  CompileReport report = Compiler(options, manifest, root, info, folder.path(), progress).Run();
  if (!report.interrupted) folder.Publish(options.sync);
  return report;
}

}  // namespace dataset

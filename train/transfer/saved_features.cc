#include "train/transfer/saved_features.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "dataset/io/staging_folder.h"
#include "dataset/load/loader.h"
#include "train/features/npy_file.h"
#include "train/loop/feature_pass.h"
#include "train/network/layer_hash.h"
#include "train/run/run_loaders.h"
#include "train/run/run_start.h"

namespace train {

namespace fs = std::filesystem;
using torch::Tensor;

namespace {

constexpr char kFormat[] = "dstools saved features 1";
constexpr char kIndex[] = "features.json";
constexpr uint64_t kMostIndexBytes = 1 << 24;

// The object in features.json; empty: there is none of ours.
nlohmann::json IndexOf(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::exists(folder / kIndex, ignored)) return {};
  nlohmann::json index = nlohmann::json::parse(dataset::ReadFile(folder / kIndex, kMostIndexBytes), nullptr, false);
  const bool own = index.is_object() && index.contains("format") && index["format"] == kFormat &&
                   index.contains("files") && index["files"].is_object();
  return own ? index : nlohmann::json();
}

// A file is our own if features.json tells its content.
dataset::IsOwnFile OwnFilesOf(const fs::path& folder) {
  return [folder, index = IndexOf(folder)](const std::string& path) {
    if (!index.is_object()) return false;
    if (path == kIndex) return true;
    const auto file = index["files"].find(path);
    return file != index["files"].end() && *file == dataset::FileCrc32c(folder / path);
  };
}

// Whether the folder has all of what `subject` says, unchanged.
bool HasAll(const fs::path& folder, const nlohmann::json& subject) {
  const nlohmann::json index = IndexOf(folder);
  if (!index.is_object() || !index.contains("subject") || index["subject"] != subject) return false;
  for (const auto& [name, crc] : index["files"].items()) {
    if (!fs::exists(folder / name) || crc != dataset::FileCrc32c(folder / name)) return false;
  }
  return true;
}

template <typename T>
std::string_view BytesOf(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

// Writes the three files of a split.
class SplitWriter {
 public:
  SplitWriter(const fs::path& folder, const std::string& split)
      : folder_(folder), labels_(PathOf(split, "labels"), "<i8", {}), ids_(PathOf(split, "ids"), "<u4", {}) {
    saved_.name = split;
  }

  void Add(const BatchFeatures& features) {
    const Tensor values = features.values.to(torch::kCPU, torch::kFloat32).contiguous();
    if (!features_) {
      saved_.row = values.sizes().slice(1).vec();
      features_.emplace(PathOf(saved_.name, "features"), "<f4", saved_.row);
    }
    features_->Append({static_cast<const char*>(values.data_ptr()), values.nbytes()});
    labels_.Append(BytesOf(features.labels));
    ids_.Append(BytesOf(features.ids));
    saved_.samples += features.ids.size();
  }

  SavedSplit Close(dataset::Sync sync, nlohmann::json* files) {
    if (!features_) throw dataset::Error("none of the pictures of " + saved_.name + " can be read");
    const auto rows = static_cast<int64_t>(saved_.samples);
    for (NpyFile* file : {&*features_, &labels_, &ids_}) file->Close(rows, sync);
    for (const char* what : {"features", "labels", "ids"}) {
      const fs::path path = PathOf(saved_.name, what);
      (*files)[path.filename().string()] = dataset::FileCrc32c(path);
    }
    return saved_;
  }

 private:
  fs::path PathOf(const std::string& split, const std::string& what) const {
    return folder_ / (split + "-" + what + ".npy");
  }

  fs::path folder_;
  SavedSplit saved_;
  std::optional<NpyFile> features_;
  NpyFile labels_, ids_;
};

nlohmann::json SubjectOf(const PlannedRun& run, Classifier& model) {
  const ModelInfo& info = run.plan.model;
  nlohmann::json view;
  for (const auto& [name, value] : Describe(ViewOf(info))) view[name] = value;
  nlohmann::json val_fraction;  // null: the splits are the dataset's own
  if (info.val_fraction) val_fraction = *info.val_fraction;
  return {{"dataset_fingerprint", info.dataset_fingerprint},
          {"val_fraction", val_fraction},
          {"dataset_content", info.dataset_content},
          {"backbone", info.backbone},
          {"variant", info.variant},
          {"weights", info.weights},
          {"pooling", dataset::NameOf(info.head.pooling)},
          {"layers", HashLayers(model.network(), model.graph().head)},
          {"view", view},
          {"precision", dataset::NameOf(run.plan.compute.precision)}};
}

void CheckFolder(const TrainingRunOptions& options, const fs::path& folder) {
  if (!fs::is_directory(folder) || fs::is_empty(folder)) return;
  dataset::RefuseOthersFiles(folder, OwnFilesOf(folder));
  if (options.existing == dataset::ExistingOutput::kOverwrite) return;
  throw dataset::Error(folder, "holds other features; `overwrite` replaces them, or choose another folder");
}

}  // namespace

SavedFeatures SaveFeatures(const TrainingRunOptions& options, const fs::path& folder, dataset::Progress& progress) {
  Validate(options);
  PlannedRun run{.folder = RunDirectory(options.output),
                 .checkpoint = {},
                 .state = {},
                 .options = options,
                 .plan = PlanTraining(options, {}),
                 .changed = {},
                 .lowered = {}};
  if (Whitens(run.plan.model.normalization)) {
    throw dataset::Error::Usage("`normalize` zca and pca have no features to save: whitened pictures are a run's own");
  }
  PrepareProcess(run.plan.compute_threads);
  Classifier model(ArchitectureOf(run.plan.model, ""));
  if (!FillWeights(options, run.plan, std::nullopt, model)) {
    throw dataset::Error::Usage("saved features need `weights` or `init_from`: without them they would be random");
  }
  model.To(run.plan.compute.device);
  model.SetEvaluating();
  const dataset::FileLock lock = dataset::StagingFolder::Lock(folder);
  SavedFeatures saved;
  const nlohmann::json subject = SubjectOf(run, model);
  if (HasAll(folder, subject)) {
    saved.unchanged = true;
    return saved;
  }
  CheckFolder(options, folder);
  dataset::StagingFolder staging(folder, OwnFilesOf);
  const std::unique_ptr<FeatureStore> store =
      MakeFeatureStore(run, [&](const std::string& text) { saved.warnings.push_back(text); });
  if (store != nullptr) store->UseLayers(HashLayers(model.network(), model.graph().head));
  const std::unique_ptr<dataset::BufferAllocator> allocator = MakeBatchAllocator(run.plan.compute);
  const Normalization normalization{.kind = run.plan.model.normalization,
                                    .mean = run.plan.model.mean,
                                    .stddev = run.plan.model.stddev,
                                    .whitening = nullptr};
  const FeatureExtractor extractor(model, run.plan.compute, normalization);
  nlohmann::json files = nlohmann::json::object();
  for (const dataset::DatasetSplit& split : run.plan.dataset.splits) {
    dataset::LoaderOptions loader_options = MakeLoaderOptions(run, dataset::Split::kVal, allocator.get());
    loader_options.split = split.split;
    dataset::Loader loader(run.plan.dataset, loader_options);
    const BatchStream stream = StreamOf(loader);
    const FeatureView view = MakeEvalView(run, split.split, store.get());
    const std::string name(dataset::NameOf(split.split));
    SplitWriter writer(staging.path(), name);
    progress.Start("features of " + name, split.records);
    const bool whole = ForEachFeatures(
        {.extractor = extractor, .stream = stream, .view = view}, options.stop,
        [&](int samples) { progress.Advance(static_cast<uint64_t>(samples)); },
        [&](const BatchFeatures& features, const Tensor&) { writer.Add(features); });
    progress.Finish();
    if (!whole) return {};
    saved.splits.push_back(writer.Close(options.sync, &files));
    saved.splits.back().left_out = loader.bad_samples().size();
  }
  const nlohmann::ordered_json index = {
      {"format", kFormat}, {"classes", run.plan.dataset.classes}, {"subject", subject}, {"files", files}};
  dataset::PublishFile(staging.path() / kIndex, index.dump(2) + "\n", options.sync);
  staging.Publish(options.sync);
  return saved;
}

}  // namespace train

#include "train/run/run_loaders.h"

#include <torch/version.h>

#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "dataset/augment/augmentation_preset.h"
#include "dataset/load/loader.h"
#include "train/features/feature_folder.h"

namespace train {

dataset::LoaderOptions MakeLoaderOptions(const PlannedRun& run, dataset::Split split,
                                         dataset::BufferAllocator* allocator) {
  const TrainingPlan& plan = run.plan;
  const TrainingRunOptions& options = run.options;
  dataset::LoaderOptions loader;
  loader.folder = options.dataset;
  loader.split = split;
  loader.batch_size = options.batch_size;
  loader.threads = plan.loader_threads;
  loader.seed = options.seed;
  loader.allocator = allocator;
  loader.max_bad = options.max_bad;
  loader.bad_cure = kBadCure;
  if (split == dataset::Split::kTrain) {
    loader.order = plan.order;
    loader.class_weights = plan.class_weights;
    loader.cache = plan.cache;
    loader.segment_epochs = options.segment_epochs;
    loader.steps_per_epoch = options.steps_per_epoch * static_cast<uint64_t>(options.accumulate);
    loader.memory = options.memory / 4 * 3;
    loader.augmentation = plan.augmentation;
    loader.mix = options.mix;
    loader.mix_epochs = plan.mix_epochs;
  } else {
    loader.augmentation = ViewOf(plan.model);
    loader.order = dataset::Order::kSequential;
    loader.bad_slot = dataset::BadSlot::kEmpty;
    loader.memory = options.memory / 4;
  }
  return loader;
}

namespace {

// Gives the batches of a loader that lives no longer than they are read. Sets `bad` to its bad samples at the end.
class OwnedBatches : public dataset::BatchSource {
 public:
  OwnedBatches(std::unique_ptr<dataset::Loader> loader, std::vector<dataset::BadSample>& bad)
      : loader_(std::move(loader)), source_(loader_->Epoch(0)), bad_(bad) {}
  dataset::BatchLease Next() override {
    dataset::BatchLease batch = source_->Next();
    if (!batch) bad_ = loader_->bad_samples();
    return batch;
  }

 private:
  std::unique_ptr<dataset::Loader> loader_;
  std::unique_ptr<dataset::BatchSource> source_;
  std::vector<dataset::BadSample>& bad_;
};

// Whether a sample looks the same each time that it is trained on.
bool IsFixed(const TrainingRunOptions& options, const dataset::AugmentationOptions& view) {
  dataset::AugmentationOptions plain = dataset::OptionsOf(dataset::AugmentationPreset::kNone);
  plain.image_size = view.image_size;
  plain.channels = view.channels;
  plain.fill = view.fill;
  plain.fill_mode = view.fill_mode;
  plain.fit = view.fit;
  plain.eval_resize = view.eval_resize;
  return !options.mix.mixes() && Describe(view) == Describe(plain);
}

// Gives each sample of a split once, by id; of `loader` the view, the split and the memory are taken.
BatchStream OnceEach(const PlannedRun& run, const dataset::LoaderOptions& loader,
                     std::vector<dataset::BadSample>& bad) {
  BatchStream stream;
  stream.open = [&run, &bad, loader](uint32_t, uint64_t, InputSize) {
    return std::make_unique<OwnedBatches>(std::make_unique<dataset::Loader>(run.plan.dataset, loader), bad);
  };
  return stream;
}

std::string TextOf(const dataset::AugmentationOptions& view) {
  std::string text;
  for (const auto& [name, value] : Describe(view)) text += " " + name + "=" + value;
  return text;
}

FeatureView ViewAs(const PlannedRun& run, dataset::Split split, const dataset::AugmentationOptions& view,
                   FeatureStore* store) {
  const dataset::DatasetSplit* const found = run.plan.dataset.Find(split);
  return {.store = store,
          .name = std::string(dataset::NameOf(split)) + TextOf(view),
          .samples = found == nullptr ? 0 : found->records,
          .batch_size = static_cast<uint64_t>(run.options.batch_size)};
}

// Numbers of other processors and libraries differ in their last bits.
std::string MachineText() {
  std::ifstream lines("/proc/cpuinfo");
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("model name")) return line;
  }
  return "";
}

}  // namespace

std::unique_ptr<FeatureStore> MakeFeatureStore(const PlannedRun& run, std::function<void(const std::string&)> warn) {
  const TrainingRunOptions& options = run.options;
  const TrainingPlan& plan = run.plan;
  // Whitening has values of its own.
  const bool known = !plan.model.dataset_content.empty() && !Whitens(plan.model.normalization);
  if (options.feature_folder.empty() || options.feature_cache == 0 || !known) return nullptr;
  std::string key = "dstools features 1\nmachine " + MachineText() + "\nlibtorch " + TORCH_VERSION + "\n";
  const auto add = [&](const std::string& name, const auto& value) {
    key += name + " " + nlohmann::json(value).dump() + "\n";
  };
  add("dataset", plan.model.dataset_fingerprint);
  add("content", plan.model.dataset_content);
  if (plan.model.val_fraction) add("val_fraction", *plan.model.val_fraction);
  add("backbone", plan.model.backbone);
  add("variant", plan.model.variant);
  add("pooling", dataset::NameOf(plan.model.head.pooling));
  add("head", FormatHead(plan.model.head.items));
  add("normalization", dataset::NameOf(plan.model.normalization));
  add("mean", plan.model.mean);
  add("std", plan.model.stddev);
  add("depth", plan.model.depth);
  add("device", dataset::NameOf(KindOf(plan.compute.device)));
  add("precision", dataset::NameOf(plan.compute.precision));
  add("compute_threads", plan.compute_threads);
  add("batch_size", options.batch_size);
  return std::make_unique<FeatureFolder>(
      FeatureFolderOptions{.folder = options.feature_folder,
                           .most_bytes = options.feature_cache,
                           .key = std::move(key),
                           .classes = static_cast<int64_t>(plan.dataset.classes.size()),
                           .sync = options.sync,
                           .warn = std::move(warn)});
}

FeatureView MakeEvalView(const PlannedRun& run, dataset::Split split, FeatureStore* store) {
  return ViewAs(run, split, ViewOf(run.plan.model), store);
}

std::optional<FixedTrain> MakeFixedTrain(const PlannedRun& run, const SizedLoader& train,
                                         dataset::BufferAllocator* allocator, FeatureStore* store,
                                         std::vector<dataset::BadSample>& bad) {
  if (!IsFixed(run.options, run.plan.augmentation)) return std::nullopt;
  FixedTrain fixed;
  dataset::LoaderOptions loader = MakeLoaderOptions(run, dataset::Split::kVal, allocator);
  loader.split = dataset::Split::kTrain;
  loader.memory = run.options.memory / 4 * 3;
  loader.augmentation = run.plan.augmentation;
  fixed.stream = OnceEach(run, loader, bad);
  fixed.order = [&train](uint32_t epoch) { return train.OrderOf(epoch); };
  fixed.view = ViewAs(run, dataset::Split::kTrain, run.plan.augmentation, store);
  return fixed;
}

RidgeHeadOptions MakeRidgeOptions(const PlannedRun& run, dataset::BufferAllocator* allocator, FeatureStore* store,
                                  std::vector<dataset::BadSample>& bad) {
  RidgeHeadOptions ridge;
  dataset::LoaderOptions loader = MakeLoaderOptions(run, dataset::Split::kVal, allocator);
  loader.split = dataset::Split::kTrain;
  loader.memory = run.options.memory / 4 * 3;
  ridge.train = OnceEach(run, loader, bad);
  ridge.view = MakeEvalView(run, dataset::Split::kTrain, store);
  // Whitened pixels have no mirror image.
  if (run.options.augmentation.flip_left_right > 0 && !Whitens(run.plan.model.normalization)) {
    ridge.mirror = Mirror::kLeftRight;
  }
  ridge.samples = run.plan.dataset.Find(dataset::Split::kTrain)->records;
  ridge.class_weights = run.plan.ridge_weights;
  return ridge;
}

}  // namespace train

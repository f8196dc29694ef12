#include "train/run/run_loaders.h"

#include <memory>
#include <utility>

#include "dataset/load/loader.h"

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

}  // namespace

RidgeHeadOptions MakeRidgeOptions(const PlannedRun& run, dataset::BufferAllocator* allocator,
                                  std::vector<dataset::BadSample>& bad) {
  RidgeHeadOptions ridge;
  dataset::LoaderOptions loader = MakeLoaderOptions(run, dataset::Split::kVal, allocator);
  loader.split = dataset::Split::kTrain;
  loader.memory = run.options.memory / 4 * 3;
  ridge.train.open = [&run, &bad, loader](uint32_t, uint64_t, InputSize) {
    return std::make_unique<OwnedBatches>(std::make_unique<dataset::Loader>(run.plan.dataset, loader), bad);
  };
  // Whitened pixels have no mirror image.
  if (run.options.augmentation.flip_left_right > 0 && !Whitens(run.plan.model.normalization)) {
    ridge.mirror = Mirror::kLeftRight;
  }
  ridge.samples = run.plan.dataset.Find(dataset::Split::kTrain)->records;
  ridge.class_weights = run.plan.ridge_weights;
  return ridge;
}

}  // namespace train

#include "train/run/training_run.h"

#include <nlohmann/json.hpp>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "dataset/load/loader.h"
#include "train/loop/trainer.h"
#include "train/network/weight_loader.h"
#include "train/run/run_recorder.h"
#include "train/run/training_plan.h"
#include "train/weights/tensor_file.h"

namespace train {

namespace fs = std::filesystem;

namespace {

dataset::LoaderOptions MakeLoaderOptions(const TrainingRunOptions& options, const TrainingPlan& plan,
                                         dataset::Split split, dataset::BufferAllocator* allocator) {
  dataset::LoaderOptions loader;
  loader.folder = options.dataset;
  loader.split = split;
  loader.batch_size = options.batch_size;
  loader.threads = plan.loader_threads;
  loader.seed = options.seed;
  loader.allocator = allocator;
  if (split == dataset::Split::kTrain) {
    loader.order = plan.order;
    loader.class_weights = plan.class_weights;
    loader.cache = plan.cache;
    loader.segment_epochs = options.segment_epochs;
    loader.steps_per_epoch = options.steps_per_epoch;
    loader.max_bad = options.max_bad;
    loader.memory = options.memory / 4 * 3;
    loader.augmentation = plan.augmentation;
    loader.mix = options.mix;
  } else {
    loader.augmentation = ViewOf(plan.model);
    loader.order = dataset::Order::kSequential;
    loader.memory = options.memory / 4;
  }
  return loader;
}

BatchStream MakeStream(dataset::Loader& loader) {
  return {[&loader](uint32_t epoch, uint64_t first) { return loader.Epoch(epoch, first); }, loader.batches_per_epoch()};
}

RunSummary Summarize(const TrainingPlan& plan, const TrainingRunOptions& options, Classifier& model,
                     const dataset::Loader& loader) {
  RunSummary summary;
  for (const dataset::DatasetSplit& split : plan.dataset.splits) {
    summary.splits.push_back({std::string(dataset::SplitName(split.split)), split.records});
  }
  summary.classes = plan.dataset.classes.size();
  summary.backbone = plan.model.backbone + " (" + plan.model.variant + ")";
  if (options.weights) summary.weights = options.weights->string();
  summary.image_size = static_cast<int>(plan.model.image_size);
  summary.device = DeviceName(plan.compute);
  summary.precision = PrecisionName(plan.compute);
  summary.compute_threads = plan.compute_threads;
  summary.loader_threads = plan.loader_threads;
  summary.parameters = model.parameters();
  summary.phases = plan.phases;
  summary.steps_per_epoch = loader.batches_per_epoch();
  summary.images_per_epoch = options.steps_per_epoch == 0
                                 ? loader.samples()
                                 : options.steps_per_epoch * static_cast<uint64_t>(options.batch_size);
  return summary;
}

void CheckTrainable(const dataset::DatasetInfo& info, const fs::path& folder) {
  const auto refuse = [&](const std::string& cause) { throw dataset::Error(folder.string(), cause); };
  for (const dataset::Split split : {dataset::Split::kTrain, dataset::Split::kVal}) {
    if (info.Find(split) == nullptr) {
      refuse("has no " + std::string(dataset::SplitName(split)) + " split; dsplit makes one (--ratio, --val-fraction)");
    }
  }
  if (info.classes.size() < 2) refuse("has one class only, " + info.classes.front() + "; a classifier needs two");
}

dataset::Whitening WhitenByTrain(const TrainingRunOptions& options, const TrainingPlan& plan) {
  dataset::WhiteningOptions whitening;
  whitening.kind =
      plan.model.normalization == NormalizationKind::kPca ? dataset::WhiteningKind::kPca : dataset::WhiteningKind::kZca;
  whitening.foreign = options.foreign;
  dataset::NoProgress progress;
  return dataset::Whitening::OfTrain(options.dataset, ViewOf(plan.model), whitening, progress);
}

// The state to go on from: nothing, or the latest checkpoint that fits.
std::optional<fs::path> FindResume(const TrainingRunOptions& options, const RunDirectory& run) {
  if (options.existing == dataset::ExistingOutput::kOverwrite || run.empty()) return std::nullopt;
  const std::optional<fs::path> checkpoint = run.LatestCheckpoint();
  if (!checkpoint && fs::exists(run.model())) {
    throw dataset::Error(run.path().string(),
                         "holds a finished run whose checkpoints are gone; --overwrite starts again");
  }
  if (options.existing == dataset::ExistingOutput::kRefuse) {
    const bool complete = checkpoint && RunDirectory::LoadState(*checkpoint).complete;
    if (!complete) {
      throw dataset::Error(run.path().string(),
                           "holds an unfinished run; --resume goes on with it, --overwrite starts again");
    }
  }
  return checkpoint;
}

}  // namespace

RunResult RunTraining(const TrainingRunOptions& given, RunObserver& observer) {
  Validate(given);
  const RunDirectory run(given.output);
  const std::optional<fs::path> checkpoint = FindResume(given, run);
  TrainState state;
  if (checkpoint) state = RunDirectory::LoadState(*checkpoint);
  const TrainingRunOptions options = checkpoint ? WithResumed(given, state.options) : given;
  const TrainingPlan plan = PlanTraining(options);
  CheckTrainable(plan.dataset, options.dataset);
  if (checkpoint) {
    if (const std::string difference = Difference(state.options, plan.options); !difference.empty()) {
      throw dataset::Error(run.path().string(),
                           "was trained with other options: " + difference + "; --overwrite starts again");
    }
    if (state.complete) {
      dataset::PublishFile(run.model(), FormatModelInfo(plan.model), options.sync);
      return {RunResult::Kind::kAlreadyComplete, state.best_accuracy, state.best_epoch, state.total_seconds, {}};
    }
  }

  PrepareProcess(plan.compute_threads);
  const int classes = static_cast<int>(plan.dataset.classes.size());
  Classifier model(ArchitectureOf(plan.model, ""));
  std::vector<std::string> fresh;
  if (checkpoint) {
    LoadWeights(*OpenTensorFile(CheckpointWeights(*checkpoint)), HeadWeights::kLoad, model);
  } else if (options.weights) {
    Initialize(model.network(), model.graph().head, plan.initialization, options.seed);
    fresh = LoadWeights(*OpenTensorFile(*options.weights), HeadWeights::kLeave, model);
  } else {
    Initialize(model.network(), 0, plan.initialization, options.seed);
  }
  model.To(plan.compute.device);

  const std::unique_ptr<dataset::BufferAllocator> allocator = MakeBatchAllocator(plan.compute);
  dataset::Loader train_loader(plan.dataset, MakeLoaderOptions(options, plan, dataset::Split::kTrain, allocator.get()));
  dataset::Loader val_loader(plan.dataset, MakeLoaderOptions(options, plan, dataset::Split::kVal, allocator.get()));

  if (!checkpoint) {
    std::optional<dataset::Whitening> whitening;
    if (Whitens(plan.model.normalization)) whitening = WhitenByTrain(options, plan);
    run.Clear();
    fs::create_directories(run.path());
    dataset::PublishFile(run.config(), options.config_toml, options.sync);
    if (whitening) WriteWhitening(run.whitening(), *whitening, options.sync);
  } else {
    RestoreBest(run, *checkpoint, options.sync);
  }
  RunSummary summary = Summarize(plan, options, model, train_loader);
  summary.fresh = fresh;
  if (checkpoint) summary.resumed = state;
  observer.OnStart(summary);

  RunRecorder recorder(run, state.metrics_bytes, plan.options, WeightMetadata(plan.model), options.sync);
  if (!checkpoint) recorder.Event(nlohmann::ordered_json({{"event", "start"}, {"options", plan.options}}).dump());
  TrainerOptions trainer_options{.phases = plan.phases,
                                 .loss = plan.model.loss,
                                 .label_smoothing = options.label_smoothing,
                                 .seed = options.seed,
                                 .compute = plan.compute,
                                 .normalization = run.LoadNormalization(plan.model),
                                 .stop = options.stop};
  RunResult result;
  class Last : public TrainObserver {
   public:
    explicit Last(RunResult& result) : result_(result) {}
    void OnCheckpoint(const TrainState& now, Classifier&, Optimizer&) override {
      result_.best_accuracy = now.best_accuracy;
      result_.best_epoch = now.best_epoch;
      result_.seconds = now.total_seconds;
    }

   private:
    RunResult& result_;
  } last(result);
  Trainer trainer(model, trainer_options, MakeStream(train_loader), MakeStream(val_loader), classes,
                  {&recorder, &last, &observer});
  const Outcome outcome = trainer.Fit(
      state, [&](Optimizer& optimizer) { optimizer.Load(*OpenTensorFile(CheckpointOptimizer(*checkpoint))); });
  result.replaced = train_loader.bad_samples();
  if (outcome == Outcome::kStopped) {
    result.kind = RunResult::Kind::kStopped;
    return result;
  }
  recorder.Event(nlohmann::ordered_json({{"event", "end"},
                                         {"best_accuracy", result.best_accuracy},
                                         {"best_epoch", result.best_epoch},
                                         {"seconds", result.seconds}})
                     .dump());
  // Last, so that a run folder with a model is a complete one.
  dataset::PublishFile(run.model(), FormatModelInfo(plan.model), options.sync);
  return result;
}

}  // namespace train

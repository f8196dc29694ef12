#include "train/run/training_run.h"

#include <cmath>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "dataset/io/file_lock.h"
#include "dataset/load/loader.h"
#include "train/loop/batch_stream.h"
#include "train/loop/trainer.h"
#include "train/metrics/metrics_file.h"
#include "train/run/metrics_views.h"
#include "train/run/planned_run.h"
#include "train/run/run_loaders.h"
#include "train/run/run_recorder.h"
#include "train/run/run_start.h"
#include "train/run/run_watch.h"
#include "train/run/run_whitening.h"
#include "train/run/sized_loader.h"

namespace train {

namespace fs = std::filesystem;

namespace {

// What a fit works on: the model with the weights of its first step, on its device, and the data.
struct OpenedRun {
  Classifier model;
  std::optional<RunStart> start;                        // of a run with pretrained weights
  std::unique_ptr<dataset::BufferAllocator> allocator;  // of both loaders
  std::unique_ptr<SizedLoader> train;
  std::unique_ptr<dataset::Loader> val;
};

OpenedRun Open(PlannedRun& run) {
  PrepareProcess(run.plan.compute_threads, run.options.deterministic);
  OpenedRun opened{.model = Classifier(ArchitectureOf(run.plan.model, "")),
                   .start = {},
                   .allocator = MakeBatchAllocator(run.plan.compute),
                   .train = nullptr,
                   .val = nullptr};
  std::optional<fs::path> own;
  if (run.checkpoint) {
    const bool best = GoesOnFromBest(run.lowered) && run.state.best_accuracy >= 0;
    own = best ? CheckpointBest(*run.checkpoint) : CheckpointWeights(*run.checkpoint);
  }
  opened.start = FillWeights(run.options, run.plan, own, opened.model);
  run.plan.weights = nullptr;  // unmaps them
  opened.model.To(run.plan.compute.device);
  const auto options_of = [&](dataset::Split split) { return MakeLoaderOptions(run, split, opened.allocator.get()); };
  opened.train = std::make_unique<SizedLoader>(run.plan.dataset, options_of(dataset::Split::kTrain),
                                               run.options.start_size.value_or(run.plan.augmentation.image_size));
  opened.val = std::make_unique<dataset::Loader>(run.plan.dataset, options_of(dataset::Split::kVal));
  return opened;
}

// Makes the run folder what it must be before the first step: new, or as the checkpoint left it. Locks it if `lock` is
// not yet set.
void PrepareFolder(const PlannedRun& run, std::optional<dataset::FileLock>& lock) {
  const RunDirectory& folder = run.folder;
  const auto publish = [&](const fs::path& file, const std::string& content) {
    dataset::PublishFile(file, content, run.options.sync);
  };
  const std::optional<dataset::Whitening> whitening =
      MissingWhitening(run.options, run.plan, run.checkpoint.has_value());
  if (!lock) lock.emplace(folder.Begin());
  if (run.checkpoint) {
    RestoreBest(folder, *run.checkpoint, run.options.sync);
  } else {
    folder.Clear();
  }
  // First, so that a folder with anything else of a run is known as one.
  publish(folder.marker(), FormatModelInfo(run.plan.model));
  if (!run.checkpoint || !run.lowered.empty()) publish(folder.config(), run.options.config_toml);
  if (whitening) WriteWhitening(folder.whitening(), *whitening, run.plan.model.dataset_fingerprint, run.options.sync);
}

RunSummary Summarize(const PlannedRun& run, const OpenedRun& opened) {
  const TrainingPlan& plan = run.plan;
  const TrainingRunOptions& options = run.options;
  RunSummary summary;
  for (const dataset::DatasetSplit& split : plan.dataset.splits) {
    summary.splits.push_back({std::string(dataset::NameOf(split.split)), split.records, split.records_per_class,
                              split.split == dataset::Split::kVal && split.part != nullptr});
  }
  summary.notes = plan.dataset.notes;
  summary.classes = plan.dataset.classes;
  summary.loss_weights = plan.loss_weights;
  summary.sampler = plan.order;
  summary.backbone = plan.model.backbone + " (" + plan.model.variant + ")";
  summary.start = opened.start;
  summary.image_size = plan.augmentation.image_size;
  summary.start_size = options.start_size.value_or(summary.image_size);
  summary.eval_size = static_cast<int>(plan.model.image_size);
  summary.device = dataset::NameOf(KindOf(plan.compute.device));
  summary.precision = dataset::NameOf(plan.compute.precision);
  summary.compute_threads = plan.compute_threads;
  summary.loader_threads = plan.loader_threads;
  summary.parameters = opened.model.parameters();
  summary.phases = plan.phases;
  const auto accumulate = static_cast<uint64_t>(options.accumulate);
  summary.steps_per_epoch = (opened.train->batches_per_epoch() + accumulate - 1) / accumulate;
  summary.images_per_epoch = options.steps_per_epoch == 0
                                 ? opened.train->samples()
                                 : options.steps_per_epoch * accumulate * static_cast<uint64_t>(options.batch_size);
  summary.images_of_train = opened.train->samples();
  if (run.checkpoint) {
    summary.resumed = run.state;
    summary.changed = run.changed;
  }
  summary.lowered = run.lowered;
  return summary;
}

// Takes from a state what it says of the best epoch, of time and of a stop.
void TakeState(const TrainState& state, RunResult* result) {
  result->best_accuracy = state.best_accuracy;
  result->best_loss = state.best_loss;
  result->best_f1 = state.best_f1;
  result->best_epoch = state.best_epoch;
  result->best_weights = state.best_weights;
  result->averaged = state.averaged;
  result->epochs = state.epoch;
  result->seconds = state.total_seconds;
  result->stop = state.stop;
}

// Keeps what the last checkpoint says.
class ResultKeeper : public TrainObserver {
 public:
  explicit ResultKeeper(RunResult& result) : result_(result) {}
  void OnCheckpoint(const TrainState& now, const Learned&) override { TakeState(now, &result_); }

 private:
  RunResult& result_;
};

// What RunWatch knows from the beginning.
WatchedRun Watched(const PlannedRun& run) {
  const auto classes = static_cast<double>(run.plan.dataset.classes.size());
  WatchedRun watched;
  for (const Phase& phase : run.plan.phases) watched.head_epochs += phase.kind == PhaseKind::kHead ? phase.epochs : 0;
  watched.guess_loss = std::log(run.plan.model.loss == Loss::kSigmoid ? 2 : classes);
  for (const dataset::DatasetSplit& split : run.plan.dataset.splits) {
    std::vector<double> per_class(split.records_per_class.begin(), split.records_per_class.end());
    if (split.split == dataset::Split::kVal) {
      watched.val_chance = ChanceOf(per_class);
      watched.val_images = split.records;
    }
    if (split.split != dataset::Split::kTrain) continue;
    if (run.plan.order == dataset::Order::kBalanced) per_class.assign(per_class.size(), 1);
    for (size_t i = 0; i < run.plan.class_weights.size(); ++i) per_class[i] *= run.plan.class_weights[i];
    watched.train_chance = ChanceOf(per_class);
  }
  return watched;
}

RunRecorder MakeRecorder(const PlannedRun& run) {
  return {run.folder, run.state.metrics_bytes, run.plan.options, WeightMetadata(run.plan.model), run.options.sync};
}

// Of the run's checkpoint, but for an optimizer that `init_optimizer` keeps.
LearnedLoaders MakeLoaders(const PlannedRun& run, const Classifier& model) {
  const bool from_best = GoesOnFromBest(run.lowered);
  return {.optimizer =
              [&run, from_best](Optimizer& optimizer) {
                if (!from_best) LoadOptimizer(run.options, run.checkpoint, optimizer);
              },
          .average =
              [&run, from_best](WeightAverage& average) {
                if (!from_best && run.checkpoint) average.Load(*OpenTensorFile(CheckpointAverage(*run.checkpoint)));
              },
          .best =
              [&run, &model](const std::vector<ScoredEpoch>& epochs, BestWeights& best) {
                best.Load(*OpenTensorFile(CheckpointKept(*run.checkpoint)), epochs, model);
              },
          .sound = [&run](const TrainState& state,
                          Classifier& to) { return LoadSoundWeights(run.options, run.plan, state, to); }};
}

// To the end of the last phase, or to a stop.
RunResult Fit(const PlannedRun& run, OpenedRun& opened, double started, RunRecorder& recorder, RunObserver& observer) {
  RunResult result;
  result.best_by = run.options.best_by;
  dataset::BufferAllocator* const allocator = opened.allocator.get();
  const std::unique_ptr<FeatureStore> features =
      MakeFeatureStore(run, [&](const std::string& text) { observer.OnWarning(text); });
  const TrainerOptions options{.phases = run.plan.phases,
                               .loss = run.plan.model.loss,
                               .label_smoothing = run.options.label_smoothing,
                               .class_weights = run.plan.loss_weights,
                               .focal = run.options.focal,
                               .accumulate = run.options.accumulate,
                               .seed = run.options.seed,
                               .compute = run.plan.compute,
                               .normalization = run.folder.LoadNormalization(run.plan.model),
                               .optimizer = run.options.init_optimizer == InitOptimizer::kKeep ? FirstOptimizer::kLoaded
                                                                                               : FirstOptimizer::kFresh,
                               .on_divergence = run.options.on_divergence,
                               .ema = run.options.ema,
                               .average_best = run.options.average_best,
                               .ridge = MakeRidgeOptions(run, allocator, features.get(), result.unseen),
                               .fixed = MakeFixedTrain(run, *opened.train, allocator, features.get(), result.unseen),
                               .val_view = MakeEvalView(run, dataset::Split::kVal, features.get()),
                               .features = features.get(),
                               .stop = run.options.stop,
                               .early_stop = {.by = run.options.best_by,
                                              .epochs = run.options.early_stop,
                                              .min_delta = run.options.min_delta.value_or(kDefaultMinDelta),
                                              .target = run.options.target},
                               .clock = SteadySeconds,
                               .started = started};
  ResultKeeper keeper(result);
  const RunWatch::Loader loader{[&] { return opened.train->stats(); }, run.plan.loader_threads};
  RunWatch watch(Watched(run), run.plan.dataset.classes, loader, recorder.history(), {&recorder, &observer});
  Trainer trainer(opened.model, options, opened.train->Stream(), StreamOf(*opened.val),
                  static_cast<int>(run.plan.dataset.classes.size()), {&recorder, &keeper, &observer, &watch});
  const Outcome outcome = trainer.Fit(run.state, MakeLoaders(run, opened.model));
  result.kind = outcome == Outcome::kStopped ? RunResult::Kind::kStopped : RunResult::Kind::kTrained;
  result.replaced = opened.train->bad_samples();
  result.left_out = opened.val->bad_samples();
  return result;
}

// Last of all, so that a run folder with a model is a complete one.
void Publish(const PlannedRun& run) {
  dataset::PublishFile(run.folder.model(), FormatModelInfo(run.plan.model), run.options.sync);
}

// Leaves a complete run as it is, but for files of the result that are gone.
RunResult Complete(const PlannedRun& run) {
  RunResult result;
  result.kind = RunResult::Kind::kAlreadyComplete;
  result.best_by = run.options.best_by;
  TakeState(run.state, &result);
  if (!fs::exists(run.folder.weights())) {
    RestoreBest(run.folder, *run.checkpoint, run.options.sync);
    if (!fs::exists(run.folder.weights())) {
      throw dataset::Error(run.folder.weights(), "is gone, also from the checkpoint; `overwrite` trains again");
    }
    result.restored.push_back(run.folder.weights().string());
  }
  if (const auto whitening = MissingWhitening(run.options, run.plan, true)) {
    WriteWhitening(run.folder.whitening(), *whitening, run.plan.model.dataset_fingerprint, run.options.sync);
    result.restored.push_back(run.folder.whitening().string());
  }
  for (const fs::path& file : RestoreViews(run.folder, run.options.sync)) result.restored.push_back(file.string());
  // A kill may have come between the last checkpoint and the end.
  const fs::path metrics = run.folder.metrics();
  if (fs::exists(metrics) && fs::file_size(metrics) >= run.state.metrics_bytes && !HasEnd(metrics)) {
    MakeRecorder(run).End(result);
  }
  Publish(run);
  return result;
}

}  // namespace

RunResult RunTraining(const TrainingRunOptions& given, RunObserver& observer) {
  const double started = SteadySeconds();
  Validate(given);
  const RunDirectory folder(given.output);
  folder.RefuseOthers();
  std::optional<dataset::FileLock> lock;
  if (folder.IsRun()) lock.emplace(folder.Lock());
  PlannedRun run = PlanRun(given);
  if (run.state.complete) return Complete(run);
  OpenedRun opened = Open(run);
  PrepareFolder(run, lock);
  RunSummary summary = Summarize(run, opened);
  summary.locked = lock->locked();
  observer.OnStart(summary);
  RunRecorder recorder = MakeRecorder(run);
  if (!run.checkpoint) recorder.Start(run.plan.options);
  if (run.options.extend) recorder.Extend(*run.checkpoint, run.state, *run.options.extend);
  for (const LoweredRate& rate : run.lowered) recorder.Lowered(run.state, rate);
  RunResult result = Fit(run, opened, started, recorder, observer);
  if (result.kind == RunResult::Kind::kTrained) {
    recorder.End(result);
    Publish(run);
  }
  return result;
}

}  // namespace train

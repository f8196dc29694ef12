#include "train/training_run.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <thread>

#include "dataset/dataset_info.h"
#include "dataset/error.h"
#include "dataset/loader.h"
#include "dataset/sha256.h"
#include "train/run_recorder.h"
#include "train/weights/tensor_file.h"

namespace train {

namespace fs = std::filesystem;

namespace {

constexpr int kMaxLoaderThreads = 16;

int Cores() { return static_cast<int>(std::max(1u, std::thread::hardware_concurrency())); }

std::string Number(double value) { return nlohmann::json(value).dump(); }

// Everything that is settled before the first step.
struct Plan {
  dataset::DatasetInfo dataset;
  const BackboneInfo* backbone = nullptr;
  ModelInfo model;
  std::vector<Phase> phases;
  Compute compute;
  int compute_threads = 0;
  int loader_threads = 0;
  std::map<std::string, std::string> options;  // all that decides the numbers
};

std::vector<Phase> MakePhases(const TrainingRunOptions& options) {
  const OptimizerKind optimizer = ParseOptimizer(options.optimizer);
  const Phase head{.name = "head",
                   .epochs = options.weights ? options.head_epochs : 0,
                   .trainable = Trainable::kHead,
                   .optimizer = optimizer,
                   .schedule = ParseSchedule(options.head_schedule),
                   .learning_rate = options.head_learning_rate,
                   .warmup = 0};
  const Phase finetune{.name = "finetune",
                       .epochs = options.finetune_epochs,
                       .trainable = options.weights ? Trainable::kAllFrozenNorms : Trainable::kAll,
                       .optimizer = optimizer,
                       .schedule = ParseSchedule(options.finetune_schedule),
                       .learning_rate = options.finetune_learning_rate,
                       .warmup = options.warmup};
  std::vector<Phase> phases;
  for (const Phase& phase : {head, finetune}) {
    if (phase.epochs > 0) phases.push_back(phase);
  }
  return phases;
}

ModelInfo MakeModelInfo(const TrainingRunOptions& options, const BackboneInfo& backbone,
                        const dataset::DatasetInfo& dataset) {
  ModelInfo info;
  info.backbone = backbone.name;
  info.variant = backbone.variant;
  info.dropout = options.dropout;
  info.classes = dataset.classes;
  info.image_size = static_cast<uint32_t>(options.image_size.value_or(backbone.image_size));
  info.channels = static_cast<uint32_t>(backbone.channels);
  info.compile_resize = dataset.resize;
  info.eval_resize = static_cast<uint32_t>(
      options.eval_resize.value_or(static_cast<int>(std::lround(backbone.eval_scale * info.image_size))));
  info.mean.assign(backbone.mean.begin(), backbone.mean.begin() + backbone.channels);
  info.std.assign(backbone.std.begin(), backbone.std.begin() + backbone.channels);
  if (options.weights) {
    info.weights = options.weights->filename().string() + " " + dataset::Sha256Hex(dataset::ReadFile(*options.weights));
  }
  info.dataset_fingerprint = dataset.fingerprint;
  info.dataset = fs::proximate(fs::absolute(options.dataset), fs::absolute(options.output)).string();
  return info;
}

// What a checkpoint was made with stays in force for what the user leaves to "auto".
TrainingRunOptions WithResumed(TrainingRunOptions options, const std::map<std::string, std::string>& resumed) {
  auto take = [&](const char* name, std::string& value) {
    if (const auto found = resumed.find(name); value == "auto" && found != resumed.end()) value = found->second;
  };
  take("device", options.device);
  take("precision", options.precision);
  if (const auto found = resumed.find("compute_threads"); options.compute_threads == 0 && found != resumed.end()) {
    options.compute_threads = std::atoi(found->second.c_str());
  }
  return options;
}

Plan MakePlan(const TrainingRunOptions& options) {
  Plan plan;
  plan.dataset = dataset::LoadDatasetInfo(options.dataset);
  plan.backbone = &FindBackbone(options.backbone);
  plan.model = MakeModelInfo(options, *plan.backbone, plan.dataset);
  plan.phases = MakePhases(options);
  plan.compute = ResolveCompute(options.device, options.precision);
  plan.compute_threads = options.compute_threads > 0 ? options.compute_threads : Cores();
  plan.loader_threads = options.loader_threads > 0 ? options.loader_threads : std::min(Cores(), kMaxLoaderThreads);
  plan.options = {
      {"dataset", plan.dataset.fingerprint},
      {"backbone", options.backbone},
      {"weights", plan.model.weights},
      {"image_size", std::to_string(plan.model.image_size)},
      {"eval_resize", std::to_string(plan.model.eval_resize)},
      {"batch_size", std::to_string(options.batch_size)},
      {"optimizer", options.optimizer},
      {"dropout", Number(options.dropout)},
      {"label_smoothing", Number(options.label_smoothing)},
      {"random_resized_crop", options.random_resized_crop ? "true" : "false"},
      {"crop_scale", Number(options.crop_scale_min) + "," + Number(options.crop_scale_max)},
      {"flip", options.flip ? "true" : "false"},
      {"jitter", Number(options.jitter)},
      {"seed", std::to_string(options.seed)},
      {"memory", std::to_string(options.memory)},
      {"device", DeviceName(plan.compute)},
      {"precision", PrecisionName(plan.compute)},
      {"compute_threads", std::to_string(plan.compute_threads)},
  };
  for (const Phase& phase : plan.phases) {
    plan.options[phase.name + "_epochs"] = std::to_string(phase.epochs);
    plan.options[phase.name + "_schedule"] = phase.name == "head" ? options.head_schedule : options.finetune_schedule;
    plan.options[phase.name + "_learning_rate"] = Number(phase.learning_rate);
    plan.options[phase.name + "_warmup"] = Number(phase.warmup);
  }
  return plan;
}

// "" if equal, else the first difference in words.
std::string Difference(const std::map<std::string, std::string>& then, const std::map<std::string, std::string>& now) {
  for (const auto& [name, value] : now) {
    const auto found = then.find(name);
    if (found == then.end()) return name + " was not set and is " + value;
    if (found->second != value) return name + " was " + found->second + " and is " + value;
  }
  for (const auto& [name, value] : then) {
    if (!now.contains(name)) return name + " was " + value + " and is not set";
  }
  return "";
}

dataset::LoaderOptions MakeLoaderOptions(const TrainingRunOptions& options, const Plan& plan, dataset::Split split,
                                         dataset::BufferAllocator* allocator) {
  dataset::LoaderOptions loader;
  loader.folder = options.dataset;
  loader.split = split;
  loader.augmentation.image_size = static_cast<int>(plan.model.image_size);
  loader.augmentation.channels = static_cast<int>(plan.model.channels);
  loader.augmentation.eval_resize = static_cast<int>(plan.model.eval_resize);
  loader.batch_size = options.batch_size;
  loader.threads = plan.loader_threads;
  loader.seed = options.seed;
  loader.allocator = allocator;
  if (split == dataset::Split::kTrain) {
    loader.order = dataset::Order::kShuffled;
    loader.memory = options.memory / 4 * 3;
    loader.augmentation.random_resized_crop = options.random_resized_crop;
    loader.augmentation.crop_scale_min = options.crop_scale_min;
    loader.augmentation.crop_scale_max = options.crop_scale_max;
    loader.augmentation.flip = options.flip;
    loader.augmentation.jitter = options.jitter;
  } else {
    loader.order = dataset::Order::kSequential;
    loader.memory = options.memory / 4;
  }
  return loader;
}

BatchStream MakeStream(dataset::Loader& loader) {
  return {[&loader](uint32_t epoch, uint64_t first) { return loader.Epoch(epoch, first); }, loader.samples(),
          loader.batches_per_epoch()};
}

RunSummary Summarize(const Plan& plan, const TrainingRunOptions& options, Classifier& model, uint64_t steps) {
  RunSummary summary;
  for (const dataset::DatasetSplit& split : plan.dataset.splits) {
    summary.splits.push_back({std::string(dataset::SplitName(split.split)), split.records});
  }
  summary.classes = plan.dataset.classes.size();
  summary.backbone = options.backbone;
  if (options.weights) summary.weights = options.weights->string();
  summary.image_size = static_cast<int>(plan.model.image_size);
  summary.device = DeviceName(plan.compute);
  summary.precision = PrecisionName(plan.compute);
  summary.compute_threads = plan.compute_threads;
  summary.loader_threads = plan.loader_threads;
  for (const torch::Tensor& parameter : model.parameters()) summary.parameters += static_cast<uint64_t>(parameter.numel());
  summary.phases = plan.phases;
  summary.steps_per_epoch = steps;
  return summary;
}

// The state to go on from: nothing, or the latest checkpoint that fits.
std::optional<fs::path> FindResume(const TrainingRunOptions& options, const RunDirectory& run) {
  if (options.existing == ExistingRun::kOverwrite || run.empty()) return std::nullopt;
  const std::optional<fs::path> checkpoint = run.LatestCheckpoint();
  if (options.existing == ExistingRun::kRefuse) {
    const bool complete = checkpoint && RunDirectory::LoadState(*checkpoint).complete;
    if (!complete) {
      throw dataset::Error({.file = run.path().string(), .record = {}, .offset = {}},
                           "holds an unfinished run; --resume goes on with it, --overwrite starts again");
    }
  }
  return checkpoint;
}

}  // namespace

void Validate(const TrainingRunOptions& options) {
  auto check = [](bool good, const std::string& cause) {
    if (!good) throw dataset::Error::Usage(cause);
  };
  check(options.batch_size >= 1, "--batch-size must be at least 1");
  check(options.finetune_epochs + (options.weights ? options.head_epochs : 0) >= 1, "there is no epoch to train");
  check(options.finetune_epochs <= 100000 && options.head_epochs <= 100000, "epochs must be at most 100000");
  for (const double rate : {options.head_learning_rate, options.finetune_learning_rate}) {
    check(rate > 0 && std::isfinite(rate), "a learning rate must be above 0");
  }
  check(options.warmup >= 0 && options.warmup < 1, "--warmup must be at least 0 and below 1");
  check(options.dropout >= 0 && options.dropout < 1, "--dropout must be at least 0 and below 1");
  check(options.label_smoothing >= 0 && options.label_smoothing < 1, "--label-smoothing must be at least 0 and below 1");
  check(options.compute_threads >= 0 && options.loader_threads >= 0, "threads must be at least 1");
}

RunResult RunTraining(const TrainingRunOptions& given, RunObserver& observer) {
  Validate(given);
  const RunDirectory run(given.output);
  const std::optional<fs::path> checkpoint = FindResume(given, run);
  TrainState state;
  if (checkpoint) state = RunDirectory::LoadState(*checkpoint);
  const TrainingRunOptions options = checkpoint ? WithResumed(given, state.options) : given;
  Plan plan = MakePlan(options);
  if (checkpoint) {
    if (const std::string difference = Difference(state.options, plan.options); !difference.empty()) {
      throw dataset::Error({.file = run.path().string(), .record = {}, .offset = {}},
                           "was trained with other options: " + difference + "; --overwrite starts again");
    }
    if (state.complete) {
      dataset::PublishFile(run.model(), FormatModelInfo(plan.model), options.sync);
      return {RunResult::Kind::kAlreadyComplete, state.best_accuracy, state.best_epoch, state.total_seconds};
    }
  }

  PrepareProcess(plan.compute_threads);
  const int classes = static_cast<int>(plan.dataset.classes.size());
  Classifier model(*plan.backbone, classes, static_cast<int>(plan.model.image_size), options.dropout, options.seed);
  if (checkpoint) {
    LoadWeights(*OpenTensorFile(CheckpointWeights(*checkpoint)), HeadWeights::kLoad, model);
  } else if (options.weights) {
    LoadWeights(*OpenTensorFile(*options.weights), HeadWeights::kLeave, model);
  }
  MoveModel(model, plan.compute);

  const std::unique_ptr<dataset::BufferAllocator> allocator = MakeBatchAllocator(plan.compute);
  for (const dataset::Split split : {dataset::Split::kTrain, dataset::Split::kVal}) {
    if (plan.dataset.Find(split) == nullptr) {
      throw dataset::Error({.file = options.dataset.string(), .record = {}, .offset = {}},
                           "has no " + std::string(dataset::SplitName(split)) + " split; dsplit makes one (--ratio, --val-fraction)");
    }
  }
  dataset::Loader train_loader(plan.dataset, MakeLoaderOptions(options, plan, dataset::Split::kTrain, allocator.get()));
  dataset::Loader val_loader(plan.dataset, MakeLoaderOptions(options, plan, dataset::Split::kVal, allocator.get()));

  if (!checkpoint) {
    run.Clear();
    fs::create_directories(run.path());
    dataset::PublishFile(run.config(), options.config_toml, options.sync);
  } else {
    RestoreBest(run, *checkpoint, options.sync);
  }
  RunSummary summary = Summarize(plan, options, model, train_loader.batches_per_epoch());
  if (checkpoint) summary.resumed = state;
  observer.OnStart(summary);

  RunRecorder recorder(run, state.metrics_bytes, plan.options, options.sync);
  if (!checkpoint) recorder.Event(nlohmann::ordered_json({{"event", "start"}, {"options", plan.options}}).dump());
  TrainerOptions trainer_options{.phases = plan.phases,
                                 .label_smoothing = options.label_smoothing,
                                 .seed = options.seed,
                                 .compute = plan.compute,
                                 .mean = plan.model.mean,
                                 .std = plan.model.std,
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
  const Outcome outcome = trainer.Fit(state, [&](Optimizer& optimizer) {
    optimizer.Load(*OpenTensorFile(CheckpointOptimizer(*checkpoint)));
  });
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

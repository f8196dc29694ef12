#include "train/transfer/transfer_check.h"

#include <algorithm>

#include "dataset/base/error.h"
#include "train/loop/watch.h"
#include "train/run/recipe.h"
#include "train/transfer/trial_run.h"

namespace train {

namespace {

// Passes everything on, and keeps what the facts need of it.
class FactKeeper : public RunObserver {
 public:
  explicit FactKeeper(RunObserver& observer) : observer_(observer) {}
  void OnStart(const RunSummary& summary) override {
    observer_.OnStart(summary);
    facts_.classes = summary.classes.size();
    for (const RunSummary::SplitSummary& split : summary.splits) {
      if (split.name == dataset::NameOf(dataset::Split::kTrain)) facts_.images = split.images;
      if (split.name != dataset::NameOf(dataset::Split::kVal)) continue;
      facts_.val_images = split.images;
      facts_.val_chance = ChanceOf({split.per_class.begin(), split.per_class.end()});
    }
  }
  void OnWarning(const std::string& text) override { observer_.OnWarning(text); }
  void OnPhase(const Phase& phase) override { observer_.OnPhase(phase); }
  void OnFeatures(const FeatureReport& report) override { observer_.OnFeatures(report); }
  void OnEpoch(const EpochReport& report) override { observer_.OnEpoch(report); }
  const TransferFacts& facts() const { return facts_; }

 private:
  RunObserver& observer_;
  TransferFacts facts_;
};

}  // namespace

std::optional<TransferFacts> ProbeTransfer(const TrainingRunOptions& options, RunObserver& observer) {
  if (!options.weights && !options.init_from) {
    throw dataset::Error::Usage("`transfer_advice` is about `weights` or `init_from`: name them");
  }
  TrainingRunOptions probe = options;
  probe.head_solver = HeadSolver::kRidge;
  probe.head_epochs = 1;
  probe.finetune_epochs = 0;
  probe.thaw = Thaw::kAll;
  probe.head.clear();
  probe.dropout = 0;
  probe.loss = Loss::kSoftmax;
  probe.focal = 0;
  probe.mix = {};
  probe.init_optimizer = InitOptimizer::kDrop;
  probe.best_by = BestBy::kAccuracy;
  probe.start_size.reset();
  probe.time_budget = 0;
  probe.average_best = 0;
  probe.ema = 0;
  FactKeeper keeper(observer);
  const RunResult result = TrialRun().Train(probe, keeper);
  if (result.kind == RunResult::Kind::kStopped) return std::nullopt;
  TransferFacts facts = keeper.facts();
  facts.val_accuracy = result.best_accuracy;
  return facts;
}

std::optional<TransferCheck> CheckTransfer(const TrainingRunOptions& options, const RunResult& result,
                                           RunObserver& observer) {
  TrainingRunOptions scratch;
  for (const RecipeSetting& setting : SettingsOf(Recipe::kScratch)) setting.apply(scratch);
  scratch.dataset = options.dataset;
  scratch.foreign = options.foreign;
  scratch.backbone = options.backbone;
  scratch.model = options.init_from ? *options.init_from / "model.json" : options.model;
  scratch.image_size = options.image_size;
  scratch.eval_size = options.eval_size;
  scratch.eval_resize = options.eval_resize;
  scratch.channels = options.channels;
  scratch.pooling = options.pooling;
  if (options.head != "published") scratch.head = options.head;
  scratch.loss = options.loss;
  scratch.fit = options.fit;
  scratch.val_fraction = options.val_fraction;
  scratch.batch_size = options.batch_size;
  scratch.accumulate = options.accumulate;
  scratch.augmentation = options.augmentation;
  scratch.sampler = options.sampler;
  scratch.class_weights = options.class_weights;
  scratch.steps_per_epoch = options.steps_per_epoch;
  scratch.seed = options.seed;
  scratch.device = options.device;
  scratch.precision = options.precision;
  scratch.compute_threads = options.compute_threads;
  scratch.loader_threads = options.loader_threads;
  scratch.memory = options.memory;
  scratch.max_bad = options.max_bad;
  scratch.stop = options.stop;
  scratch.finetune_epochs = std::clamp<uint32_t>(result.epochs, 1, kMostCheckEpochs);
  const RunResult reached = TrialRun().Train(scratch, observer);
  if (reached.kind == RunResult::Kind::kStopped) return std::nullopt;
  return TransferCheck{.epochs = reached.epochs,
                       .scratch_accuracy = reached.best_accuracy,
                       .accuracy = result.best_accuracy,
                       .negative = reached.best_accuracy > result.best_accuracy};
}

}  // namespace train

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dataset/base/enum_names.h"
#include "train/guard/divergence.h"
#include "train/loop/early_stop.h"
#include "train/loop/phase.h"
#include "train/loop/train_state.h"
#include "train/loop/weights_kind.h"

namespace train {

class BestWeights;
class Classifier;
class Optimizer;
class WeightAverage;

// What a training has learned.
struct Learned {
  Classifier& model;
  Optimizer& optimizer;
  const WeightAverage* average = nullptr;  // nullptr: none is kept
  const BestWeights& best;
};

struct StepReport {
  uint64_t step = 0;   // of the run, from 0
  uint32_t epoch = 0;  // of the run, from 0
  double loss = 0;     // mean over its samples, with label smoothing, class weights and focal factors
  double learning_rate = 0;
  int samples = 0;  // in its batches
};

// A head phase that is being solved: samples whose features are computed.
struct FeatureReport {
  uint32_t epoch = 0;  // of the run, from 0
  int samples = 0;     // in the batch
};

// A head that was solved (train/loop/ridge_head.h).
struct SolvedHead {
  double lambda = 0;       // the chosen penalty, in mean eigenvalues
  double temperature = 1;  // what the scores were divided by
  uint64_t samples = 0;    // of train whose features were seen
  double loss = 0;         // of train
  double accuracy = 0;     // of train, 0 ... 1
};

// So many images of a class show how it is scored.
inline constexpr uint64_t kManyImages = 10;

struct EpochReport {
  PhaseKind phase = PhaseKind::kFinetune;
  uint32_t epoch = 0;                       // of the run, from 0
  uint32_t epochs = 0;                      // of the run
  uint64_t step = 0;                        // steps done in the run
  double loss = 0;                          // training loss: mean over the epoch of the steps' losses, with dropout
  double accuracy = 0;                      // of training, 0 ... 1
  WeightsKind weights = WeightsKind::kRaw;  // kRaw or kEma: those that val is of, the better ones
  double val_loss = 0;                      // mean cross entropy, without label smoothing
  double val_accuracy = 0;
  double val_precision = 0;               // mean over the classes, as ClassScore has it (train/loop/evaluation.h)
  double val_recall = 0;                  // likewise
  double val_f1 = 0;                      // likewise
  bool best = false;                      // better than every epoch before (train/loop/best_rule.h)
  double learning_rate = 0;               // of the epoch's last step; 0 for a head that is solved
  double images_per_second = 0;           // of training, without validation
  double data_wait = 0;                   // part of training's time in which a step waited for its batch, 0 ... 1
  double seconds = 0;                     // of training and validation
  std::optional<StopReason> stop{};       // why the phase ends with this epoch, if it was to have more
  std::vector<uint32_t> never_predicted;  // labels with kManyImages or more images in val, none of which got them
};

// What may be wrong with a training.
enum class FindingKind {
  kLossBounces,
  kNoDrop,
  kStuckAtChance,
  kPlateau,
  kOverfitting,
  kNeverPredicted,
  kDataWait,
  kNoTransfer,
  kOutOfMemory
};
constexpr auto EnumNames(FindingKind) {
  return dataset::NameTable<FindingKind, 9>{{{FindingKind::kLossBounces, "loss_bounces"},
                                             {FindingKind::kNoDrop, "no_drop"},
                                             {FindingKind::kStuckAtChance, "stuck_at_chance"},
                                             {FindingKind::kPlateau, "plateau"},
                                             {FindingKind::kOverfitting, "overfitting"},
                                             {FindingKind::kNeverPredicted, "never_predicted"},
                                             {FindingKind::kDataWait, "data_wait"},
                                             {FindingKind::kNoTransfer, "no_transfer"},
                                             {FindingKind::kOutOfMemory, "out_of_memory"}}};
}

struct Finding {
  FindingKind kind = FindingKind::kNoDrop;
  uint32_t epoch = 0;  // of the run, from 0
  std::string text;    // what was seen and what helps, for people
};

// A loss that was not finite, after which the training goes on.
struct Divergence {
  DivergedLoss loss = DivergedLoss::kTrain;
  OnDivergence answer = OnDivergence::kHalve;
  uint64_t step = 0;       // of the run, from 0; of val: steps done in the run
  uint32_t epoch = 0;      // of the run, from 0
  double rate_factor = 1;  // of the phase's learning rates from now on
  std::string text;        // what was seen and what was done, for people
};

// Watches a training. All calls come from the thread that trains. An observer may copy what it is given, but must not
// change it or keep references to it.
class TrainObserver {
 public:
  virtual ~TrainObserver() = default;
  virtual void OnPhase(const Phase&) {}
  virtual void OnStep(const StepReport&) {}
  virtual void OnFeatures(const FeatureReport&) {}
  virtual void OnSolvedHead(const SolvedHead&) {}
  virtual void OnEpoch(const EpochReport&) {}
  virtual void OnFinding(const Finding&) {}
  virtual void OnDivergence(const Divergence&) {}
  virtual void OnBest(Classifier&) {}  // which has the best weights so far
  // Called after each epoch, after a divergence that halves the rate, when the training is stopped, and before an error
  // of validation is thrown.
  virtual void OnCheckpoint(const TrainState&, const Learned&) {}
};

}  // namespace train

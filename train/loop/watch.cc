#include "train/loop/watch.h"

#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <numeric>

namespace train {

namespace {

__attribute__((format(printf, 1, 2))) std::string Text(const char* format, ...) {
  char text[512];
  va_list values;
  va_start(values, format);
  std::vsnprintf(text, sizeof(text), format, values);
  va_end(values);
  return text;
}

std::string FieldOf(PhaseKind phase, const char* field) {
  return "`" + std::string(dataset::NameOf(phase)) + "_" + field + "`";
}

// The epochs of the current phase.
class History {
 public:
  explicit History(const WatchedRun& run) : epochs_(run.epochs) {
    while (begin_ > 0 && epochs_[begin_ - 1].report.phase == phase()) --begin_;
  }
  PhaseKind phase() const { return epochs_.back().report.phase; }
  size_t size() const { return epochs_.size() - begin_; }
  // Counted from the latest one, which is 0.
  const WatchedEpoch& Back(size_t i) const { return epochs_[epochs_.size() - 1 - i]; }
  const EpochReport& Report(size_t i) const { return Back(i).report; }
  // In the latest epoch.
  double Steps() const {
    const uint64_t before = epochs_.size() < 2 ? 0 : epochs_[epochs_.size() - 2].report.step;
    return std::max(1.0, static_cast<double>(Report(0).step) - static_cast<double>(before));
  }
  const WatchedEpoch& first() const { return epochs_[begin_]; }

  // The smallest value of the epochs from the one `newest` back to before the one `end`, counted so.
  double Smallest(double EpochReport::*value, size_t newest, size_t end) const {
    double smallest = Report(newest).*value;
    for (size_t i = newest + 1; i < end; ++i) smallest = std::min(smallest, Report(i).*value);
    return smallest;
  }

 private:
  const std::vector<WatchedEpoch>& epochs_;
  size_t begin_ = epochs_.size() - 1;
};

std::string LossBounces(const WatchedRun& run, const History& history) {
  const std::string cure = "a smaller " + FieldOf(history.phase(), "learning_rate") + " is the usual cure";
  // What chance may add to the mean over so many steps.
  const double noise = 1 / std::sqrt(history.Steps());
  // No sound training becomes so much worse than a guess.
  const double begin = std::max(history.first().first_loss, run.guess_loss);
  const double highest = history.Back(0).highest_loss;
  if (highest > (1.5 + 2 * noise) * begin) {
    return Text("the training loss rose to %.3g after %.3g at the beginning; ", highest, history.first().first_loss) +
           cure;
  }
  constexpr size_t kEpochs = 6;
  size_t rises = 0;
  for (size_t i = 0; i + 1 < std::min(kEpochs, history.size()); ++i) {
    const double now = history.Report(i).loss, before = history.Report(i + 1).loss;
    // A loss that is nearly zero may double.
    rises += now > (1.1 + noise) * before && now - before > 0.05 * run.guess_loss;
  }
  if (rises < 2) return "";
  return Text("the training loss goes up and down: it rose in %zu of the last epochs, to %.3g; ", rises,
              history.Report(0).loss) +
         cure;
}

// Whether a training of so many epochs, and steps until the last of them, should have learned something.
bool ShouldHaveLearned(size_t epochs, const EpochReport& last) { return epochs >= 3 && last.step >= 100; }

std::string StuckAtChance(const WatchedRun& run, const History& history) {
  if (!ShouldHaveLearned(run.epochs.size(), history.Report(0)) || history.size() < 2) return "";
  const auto near = [](double accuracy, double chance, double part) {
    return accuracy <= chance + part * std::min(chance, 1 - chance) + 0.002;
  };
  for (size_t i = 0; i < 2; ++i) {
    const EpochReport& report = history.Report(i);
    if (!near(report.val_accuracy, run.val_chance, 0.05) || !near(report.accuracy, run.train_chance, 0.2)) return "";
  }
  // It may have just begun to learn.
  if (!(history.Report(0).loss > 0.95 * history.Report(1).loss)) return "";
  return Text("val accuracy %.4f is no better than always naming the largest class (%.4f): nothing is learned yet; ",
              history.Report(0).val_accuracy, run.val_chance) +
         "try a smaller " + FieldOf(history.phase(), "learning_rate") +
         ", then a larger one, and look whether the pictures are in the right classes";
}

// Of a head on frozen layers, at the end of its phase.
std::string NoTransfer(const WatchedRun& run, const History& history) {
  const EpochReport& last = history.Report(0);
  const bool ends = history.size() >= run.head_epochs || last.stop;
  if (history.phase() != PhaseKind::kHead || run.val_images == 0 || !ends) return "";
  double best = last.val_accuracy;
  for (size_t i = 1; i < history.size(); ++i) best = std::max(best, history.Report(i).val_accuracy);
  if (BeatsChance(best, run.val_chance, run.val_images)) return "";
  return Text(
             "the head is no better than always naming the largest class (val accuracy %.4f, %.4f): the pretrained "
             "features tell nothing of these classes; ",
             best, run.val_chance) +
         "look whether the pictures are in the right classes; if they are, training without `weights` may be better";
}

std::string NoDrop(const WatchedRun& run, const History& history) {
  const size_t epochs = history.size();
  if (epochs != run.epochs.size() || !ShouldHaveLearned(epochs, history.Report(0))) return "";
  if (ShouldHaveLearned(epochs - 1, history.Report(1))) return "";  // this was asked an epoch before
  const double loss = history.Smallest(&EpochReport::loss, 0, epochs);
  if (!(std::min(loss, history.Smallest(&EpochReport::val_loss, 0, epochs)) > 0.97 * run.guess_loss)) return "";
  return Text("no clear drop of the training loss in %zu epochs: it is %.3g, and %.3g without any learning; ", epochs,
              history.Report(0).loss, run.guess_loss) +
         "try another " + FieldOf(history.phase(), "learning_rate") + ", ten times smaller or larger";
}

std::string Plateau(const WatchedRun& run, const History& history) {
  const size_t epochs = std::max<size_t>(5, run.planned_epochs / 4);
  if (history.size() < epochs + 2) return "";
  // While the rate falls the losses follow it, and where it has fallen nothing is left to do.
  if (!(history.Report(0).learning_rate > 0.9 * history.Report(epochs).learning_rate)) return "";
  const auto progress = [&](double EpochReport::*loss) {
    return !(history.Smallest(loss, 0, epochs) > 0.99 * history.Smallest(loss, epochs, history.size()));
  };
  if (progress(&EpochReport::loss) || progress(&EpochReport::val_loss)) return "";
  for (size_t i = 0; i < epochs; ++i) {
    if (history.Report(i).best) return "";
  }
  return Text("no progress for %zu epochs: neither loss falls, and val accuracy stays at %.4f; ", epochs,
              history.Report(0).val_accuracy) +
         "let the rate fall (" + FieldOf(history.phase(), "schedule") + " cosine) or begin with a smaller " +
         FieldOf(history.phase(), "learning_rate");
}

std::string Overfitting(const WatchedRun&, const History& history) {
  constexpr size_t kEpochs = 3;
  if (history.size() <= kEpochs) return "";
  for (size_t i = 0; i < kEpochs; ++i) {
    const EpochReport &now = history.Report(i), &before = history.Report(i + 1);
    if (!(now.val_loss > before.val_loss && now.loss < before.loss) || now.best) return "";
  }
  const double lowest = history.Smallest(&EpochReport::val_loss, 0, history.size());
  if (!(history.Report(0).val_loss > 1.15 * lowest)) return "";
  return Text(
             "overfitting: for %zu epochs val loss has risen, to %.3g from %.3g at its lowest, while the training loss "
             "falls; the best weights are kept; ",
             kEpochs, history.Report(0).val_loss, lowest) +
         "stronger `augment`, more `weight_decay` or `dropout`, or fewer " + FieldOf(history.phase(), "epochs");
}

std::string NeverPredicted(const WatchedRun& run, const History& history) {
  constexpr size_t kEpochs = 3;
  if (run.never_predicted.empty() || history.size() < kEpochs || run.epochs.size() * 2 < run.planned_epochs) return "";
  constexpr size_t kShown = 5;
  std::string names;
  for (size_t i = 0; i < std::min(kShown, run.never_predicted.size()); ++i) {
    names += (i == 0 ? "" : ", ") + run.never_predicted[i];
  }
  if (run.never_predicted.size() > kShown) names += Text(", ... (%zu)", run.never_predicted.size());
  return "no picture of val is taken for " + names +
         "; look at its pictures in train and val, and if they are few, `sampler` balanced shows them more often";
}

std::string DataWait(const WatchedRun& run, const History& history) {
  constexpr double kMuch = 0.1;
  constexpr double kSeconds = 2;  // less is not worth a word
  if (history.size() < 2) return "";
  for (size_t i = 0; i < 2; ++i) {
    const EpochReport& report = history.Report(i);
    if (!(report.data_wait > kMuch && report.data_wait * report.seconds > kSeconds)) return "";
  }
  return Text("the steps wait for batches during %.0f %% of the time; ", 100 * history.Report(0).data_wait) +
         run.loader_cure;
}

using Rule = std::string (*)(const WatchedRun&, const History&);
struct RuleRow {
  FindingKind kind;
  Rule rule;
  bool hides_the_next;  // the later rules would tell the same
};
constexpr RuleRow kRules[] = {
    {FindingKind::kDataWait, DataWait, false},    {FindingKind::kLossBounces, LossBounces, false},
    {FindingKind::kNoTransfer, NoTransfer, true}, {FindingKind::kStuckAtChance, StuckAtChance, true},
    {FindingKind::kNoDrop, NoDrop, true},         {FindingKind::kOverfitting, Overfitting, true},
    {FindingKind::kPlateau, Plateau, false},      {FindingKind::kNeverPredicted, NeverPredicted, false}};

}  // namespace

double ChanceOf(const std::vector<double>& per_class) {
  const double all = std::accumulate(per_class.begin(), per_class.end(), 0.0);
  return all > 0 ? *std::max_element(per_class.begin(), per_class.end()) / all : 0;
}

bool BeatsChance(double accuracy, double chance, uint64_t images) {
  const double error = std::sqrt(chance * (1 - chance) / static_cast<double>(std::max<uint64_t>(1, images)));
  return accuracy > chance + 2 * error;
}

std::vector<Finding> Watch(const WatchedRun& run) {
  std::vector<Finding> findings;
  if (run.epochs.empty()) return findings;
  const History history(run);
  for (const RuleRow& row : kRules) {
    const std::string text = row.rule(run, history);
    if (text.empty()) continue;
    findings.push_back({row.kind, history.Report(0).epoch, text});
    if (row.hides_the_next) break;
  }
  return findings;
}

}  // namespace train

#include "tools/print/train_report.h"

#include <algorithm>
#include <cctype>
#include <iostream>
#include <optional>
#include <string_view>
#include <vector>

#include "dataset/catalog/class_counts.h"
#include "tools/cli/cli.h"
#include "tools/print/format.h"

namespace cli {

namespace {

// A table's name ends in a zero.
const char* Text(train::PhaseKind phase) { return dataset::NameOf(phase).data(); }

std::string TextOf(train::StopReason stop) {
  return stop == train::StopReason::kTarget ? "the target is reached" : "no gain any more";
}

// The first few names, and how many there are.
std::string List(const std::vector<std::string>& names) {
  constexpr size_t kShown = 5;
  std::string list;
  for (size_t i = 0; i < std::min(names.size(), kShown); ++i) list += (i == 0 ? "" : ", ") + names[i];
  return names.size() <= kShown ? list : list + ", ... (" + std::to_string(names.size()) + ")";
}

// Warns of classes that a split lacks, and of far fewer images of one class than of another.
void WarnOfCounts(const train::RunSummary& summary, const train::RunSummary::SplitSummary& split) {
  const bool train = split.name == dataset::NameOf(dataset::Split::kTrain);
  if (!train && split.name != dataset::NameOf(dataset::Split::kVal)) return;
  std::vector<std::string> lacking;
  for (size_t i = 0; i < split.per_class.size(); ++i) {
    if (split.per_class[i] == 0) lacking.push_back(summary.classes[i]);
  }
  if (!lacking.empty()) {
    Warn(split.name + " has no image of " + List(lacking) +
         (train ? ", so it cannot be learned" : ", so val does not tell how well it is learned"));
  }
  if (!train || summary.sampler != dataset::Order::kShuffled || !summary.loss_weights.empty()) return;
  const std::optional<dataset::LabelPair> uneven = dataset::FindImbalance(split.per_class);
  if (!uneven) return;
  Warn(Format("train has %u images of %s, but %u of %s; `sampler` balanced shows each class equally often",
              split.per_class[uneven->most], summary.classes[uneven->most].c_str(), split.per_class[uneven->least],
              summary.classes[uneven->least].c_str()));
}

// Warns of classes that the loss leaves out, and of two cures of one ill.
void WarnOfWeights(const train::RunSummary& summary) {
  if (summary.loss_weights.empty()) return;
  std::vector<std::string> left_out;
  for (size_t i = 0; i < summary.loss_weights.size(); ++i) {
    if (summary.loss_weights[i] == 0) left_out.push_back(summary.classes[i]);
  }
  if (!left_out.empty()) Warn("`loss_weights`: that of " + List(left_out) + " is 0, so it does not count in the loss");
  if (summary.sampler == dataset::Order::kBalanced) {
    Warn("`sampler` balanced and `loss_weights` add up: rare classes count twice over; leave one out");
  }
}

void SayStart(const train::RunStart& start) {
  const auto say = [](const std::string& what, const std::vector<std::string>& names) {
    if (!names.empty()) Say(what + List(names));
  };
  if (start.unfinished) Say("that run is unfinished: these are its best weights so far");
  if (!start.entry.empty() && !start.other_entries.empty()) {
    Say("of the weights " + start.entry + " is taken; there is also " + List(start.other_entries) +
        ": `weights_key` chooses");
  }
  if (!start.loaded.prefix.empty()) Say("of the weights the part " + start.loaded.prefix + " is taken");
  say("left out of the weights: ", start.loaded.left);
  say("not in the weights, so learned anew: ", start.loaded.absent);
  say("in the weights, but for other classes or of another shape, so learned anew: ", start.loaded.renewed);
  if (start.new_classes.empty() && start.known_classes.empty()) return;
  Say(Format("the scores of %zu classes are those of the other run", start.known_classes.size()));
  say("classes that it does not know: ", start.new_classes);
}

// What a phase does otherwise than train all layers at one size: ", layers from:conv3, the first 6 epochs at 128
// pixels".
std::string Particulars(const train::Phase& phase, const train::RunSummary& summary) {
  std::string text;
  if (phase.kind == train::PhaseKind::kFinetune && phase.layers != "all") text += ", layers " + phase.layers;
  if (phase.start_epochs > 0) {
    const std::string epochs = phase.start_epochs == 1 ? "epoch" : Format("%u epochs", phase.start_epochs);
    text += ", the first " + epochs + Format(" at %d pixels", summary.start_size);
  }
  return text;
}

}  // namespace

std::string FormatResume(const std::string& folder) {
  const bool plain = std::all_of(folder.begin(), folder.end(), [](unsigned char c) {
    return std::isalnum(c) || std::string_view("_-./+,:@%").find(static_cast<char>(c)) != std::string_view::npos;
  });
  std::string quoted = folder;
  if (!plain) {
    quoted = "'";
    for (const char c : folder) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    quoted += "'";
  }
  return "dtrain --resume -o " + quoted;
}

void TrainReport::OnStart(const train::RunSummary& summary) {
  for (const std::string& note : summary.notes) Warn(note);
  for (const auto& split : summary.splits) {
    const auto classes =
        split.per_class.size() - static_cast<size_t>(std::count(split.per_class.begin(), split.per_class.end(), 0u));
    Say(Format("%-6s %llu images of %zu classes%s", (split.name + ":").c_str(),
               static_cast<unsigned long long>(split.images), classes, split.held_out ? ", held out of train" : ""));
  }
  for (const auto& split : summary.splits) WarnOfCounts(summary, split);
  WarnOfWeights(summary);
  Say(Format("model: %s, %.2f M parameters, %d x %d pixels, %s", summary.backbone.c_str(),
             static_cast<double>(summary.parameters) / 1e6, summary.image_size, summary.image_size,
             summary.start ? summary.start->file.c_str() : "from scratch: no head phase, all layers train"));
  if (summary.eval_size != summary.image_size) {
    Say(Format("val and the finished model have %d x %d pixels", summary.eval_size, summary.eval_size));
  }
  if (summary.start) SayStart(*summary.start);
  Say(Format("runs on: %s, %s, %d compute and %d loader threads", summary.device.c_str(), summary.precision.c_str(),
             summary.compute_threads, summary.loader_threads));
  images_ = summary.images_per_epoch;
  images_of_train_ = summary.images_of_train;
  for (const train::Phase& phase : summary.phases) {
    epochs_ += phase.epochs;
    if (phase.solver == train::HeadSolver::kRidge) {
      Say(Format("%s: solved in closed form on the features of train", Text(phase.kind)));
      continue;
    }
    std::string until;
    if (phase.deadline > 0) {
      const char* const form =
          phase.deadline_use == train::DeadlineUse::kFill ? ", but until %s" : ", until %s at most";
      until = Format(form, HumanDuration(phase.deadline).c_str());
    }
    Say(Format("%s: %u epochs of %llu steps%s, learning rate %g, schedule %s%s", Text(phase.kind), phase.epochs,
               static_cast<unsigned long long>(summary.steps_per_epoch), until.c_str(), phase.learning_rate,
               dataset::NameOf(phase.schedule).data(), Particulars(phase, summary).c_str()));
  }
  for (const std::string& change : summary.changed) Say("goes on otherwise: " + change);
  if (summary.resumed) {
    Say(Format("resumes in epoch %u after %llu batches", summary.resumed->epoch + 1,
               static_cast<unsigned long long>(summary.resumed->batch)));
  }
  for (const train::LoweredRate& rate : summary.lowered) {
    std::string from;
    if (rate.current && summary.resumed->best_accuracy >= 0) {
      from = Format(", from the best weights, those of epoch %u", summary.resumed->best_epoch + 1);
    }
    Say(Format("%s: learning rate was %g and is %g%s", Text(rate.phase), rate.was, rate.is, from.c_str()));
  }
  if (!summary.locked) Warn("the file system has no locks: see to it that no other process trains this run");
}

void TrainReport::OnPhase(const train::Phase& phase) { phase_ = phase.kind; }

void TrainReport::Advance(uint32_t epoch, uint64_t images, int samples) {
  if (!progress_) {
    progress_ = MakeProgress();
    progress_->Start(Format("epoch %u/%u  %s", epoch + 1, epochs_, Text(phase_)), images);
  }
  progress_->Advance(static_cast<uint64_t>(samples));
}

void TrainReport::OnWarning(const std::string& text) { Warn(text); }

void TrainReport::OnStep(const train::StepReport& report) {
  if (computes_features_) progress_.reset();
  computes_features_ = false;
  Advance(report.epoch, images_, report.samples);
}

void TrainReport::OnFeatures(const train::FeatureReport& report) {
  computes_features_ = true;
  Advance(report.epoch, images_of_train_, report.samples);
}

void TrainReport::OnEpoch(const train::EpochReport& report) {
  progress_.reset();
  epochs_ = report.epochs;
  std::cout << FormatEpoch(report) << std::endl;
}

void TrainReport::OnDivergence(const train::Divergence& divergence) {
  if (divergence.loss == train::DivergedLoss::kVal) progress_.reset();
  Warn(divergence.text);
}

void TrainReport::OnFinding(const train::Finding& finding) { Warn(finding.text); }

namespace {

// " *": the best epoch so far.
std::string Mark(const train::EpochReport& report) {
  const std::string average = report.weights == train::WeightsKind::kEma ? " (average)" : "";
  return average + (report.best ? " *" : "  ");
}

// ", the average of epochs 5, 7"; "": of one epoch's weights.
std::string Average(const train::RunResult& result) {
  if (result.best_weights == train::WeightsKind::kEma) return ", a moving average";
  std::string epochs;
  for (const uint32_t epoch : result.averaged) epochs += (epochs.empty() ? "" : ", ") + std::to_string(epoch + 1);
  return epochs.empty() ? "" : ", the average of epochs " + epochs;
}

}  // namespace

std::string FormatEpoch(const train::EpochReport& report) {
  return Format(
      "epoch %u/%u  %s  loss %.4f  accuracy %.4f  val loss %.4f  val accuracy %.4f  val F1 %.4f%s  rate %.3g  "
      "%.0f images/s  %s%s",
      report.epoch + 1, report.epochs, Text(report.phase), report.loss, report.accuracy, report.val_loss,
      report.val_accuracy, report.val_f1, Mark(report).c_str(), report.learning_rate, report.images_per_second,
      HumanDuration(report.seconds).c_str(), report.stop ? ("  ends: " + TextOf(*report.stop)).c_str() : "");
}

std::string FormatRunResult(const train::RunResult& result, const std::string& output) {
  std::string best = Format("accuracy %.4f", result.best_accuracy);
  if (result.best_by == train::BestBy::kLoss) best = Format("loss %.4f (%s)", result.best_loss, best.c_str());
  if (result.best_by == train::BestBy::kF1) best = Format("F1 %.4f (%s)", result.best_f1, best.c_str());
  std::string stop;
  if (result.stop) stop = Format("ended after epoch %u: %s; ", result.epochs, TextOf(*result.stop).c_str());
  return Format("best val %s in epoch %u%s; %s%s in all; %s/weights.safetensors\n", best.c_str(), result.best_epoch + 1,
                Average(result).c_str(), stop.c_str(), HumanDuration(result.seconds).c_str(), output.c_str());
}

}  // namespace cli

#include "tools/print/transfer_report.h"

#include "tools/cli/cli.h"
#include "tools/print/format.h"

namespace cli {

namespace {

unsigned long long Count(uint64_t number) { return number; }

}  // namespace

void TrialProgress::OnStart(const train::RunSummary& summary) {
  uint64_t images = 0;
  for (const train::Phase& phase : summary.phases) {
    images +=
        phase.solver == train::HeadSolver::kRidge ? summary.images_of_train : phase.epochs * summary.images_per_epoch;
  }
  progress_ = MakeProgress();
  progress_->Start(what_, images);
}

void TrialProgress::OnWarning(const std::string& text) { Warn(text); }

void TrialProgress::OnFeatures(const train::FeatureReport& report) {
  progress_->Advance(static_cast<uint64_t>(report.samples));
}

void TrialProgress::OnStep(const train::StepReport& report) {
  progress_->Advance(static_cast<uint64_t>(report.samples));
}

std::string FormatAdvice(const train::TransferFacts& facts) {
  const train::AdviceRow& advice = train::RowOf(train::Advise(facts));
  const uint64_t per_class = facts.classes == 0 ? 0 : facts.images / facts.classes;
  std::string text = Format("%llu images of %llu classes in train, %llu a class: %s (many from %llu)\n",
                            Count(facts.images), Count(facts.classes), Count(per_class),
                            per_class >= train::kManyImagesOfClass ? "many" : "few", Count(train::kManyImagesOfClass));
  text += Format(
      "a head on these weights' features: val accuracy %.4f, where the largest class alone gives %.4f; "
      "it gains %.0f %% of the rest: %s (similar from %.0f %%)\n\n",
      facts.val_accuracy, facts.val_chance, 100 * train::SkillOf(facts), advice.similarity.data(),
      100 * train::kSimilarSkill);
  for (const train::AdviceRow& row : train::TransferAdvices()) {
    const std::string where = std::string(row.size) + (row.size.empty() ? "" : ", ") + std::string(row.similarity);
    text += Format("%s %-15s  %s\n", &row == &advice ? "->" : "  ", where.c_str(), Named(row.what.data()).c_str());
  }
  return text + "\n" + Named(std::string(advice.options)) + "\n";
}

std::string FormatCheck(const train::TransferCheck& check) {
  return Format("val accuracy %.4f with the weights, %.4f after %u epochs from scratch", check.accuracy,
                check.scratch_accuracy, check.epochs);
}

std::string FormatSaved(const train::SavedFeatures& saved, const std::string& folder) {
  std::string text;
  for (const train::SavedSplit& split : saved.splits) {
    std::string shape = std::to_string(split.samples);
    for (const int64_t side : split.row) shape += " x " + std::to_string(side);
    text += folder + "/" + split.name + "-features.npy: " + shape;
    if (split.left_out > 0) text += Format(", %llu unreadable pictures left out", Count(split.left_out));
    text += "\n";
  }
  return text;
}

}  // namespace cli

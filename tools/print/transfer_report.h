#pragma once

#include <memory>
#include <string>
#include <utility>

#include "dataset/base/progress.h"
#include "train/transfer/saved_features.h"
#include "train/transfer/transfer_advice.h"
#include "train/transfer/transfer_check.h"

namespace cli {

// Shows how far a training is whose result alone is wanted.
class TrialProgress : public train::RunObserver {
 public:
  explicit TrialProgress(std::string what) : what_(std::move(what)) {}
  void OnStart(const train::RunSummary& summary) override;
  void OnWarning(const std::string& text) override;
  void OnFeatures(const train::FeatureReport& report) override;
  void OnStep(const train::StepReport& report) override;

 private:
  std::string what_;
  std::unique_ptr<dataset::Progress> progress_;
};

// Returns the rule of size and similarity, where this dataset is in it, and the options that it means.
std::string FormatAdvice(const train::TransferFacts& facts);
// One line: how a short training from scratch compares.
std::string FormatCheck(const train::TransferCheck& check);
// A line for each split.
std::string FormatSaved(const train::SavedFeatures& saved, const std::string& folder);

}  // namespace cli

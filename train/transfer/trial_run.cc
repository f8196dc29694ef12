#include "train/transfer/trial_run.h"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <utility>

#include "dataset/base/error.h"

namespace train {

namespace fs = std::filesystem;

TrialRun::TrialRun() {
  std::string name = (fs::temp_directory_path() / "dstools-trial-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw dataset::Error::System(name, "cannot create", errno);
  folder_ = name;
}

TrialRun::~TrialRun() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

RunResult TrialRun::Train(TrainingRunOptions options, RunObserver& observer) const {
  options.output = folder_ / "run";
  options.existing = dataset::ExistingOutput::kRefuse;
  options.sync = dataset::Sync::kNo;
  options.extend.reset();
  return RunTraining(options, observer);
}

}  // namespace train

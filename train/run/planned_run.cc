#include "train/run/planned_run.h"

#include <algorithm>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "train/run/training_notes.h"

namespace train {

namespace fs = std::filesystem;

namespace {

void CheckTrainable(const dataset::DatasetInfo& info, const fs::path& folder) {
  const auto refuse = [&](const std::string& cause) { throw dataset::Error(folder.string(), cause); };
  for (const dataset::Split split : {dataset::Split::kTrain, dataset::Split::kVal}) {
    if (info.Find(split) == nullptr) {
      refuse("has no " + std::string(dataset::NameOf(split)) +
             " split; dsplit deals photos by its option ratio, and dscompile makes val of a fold by its option fold" +
             (split == dataset::Split::kVal ? "; `val_fraction` holds a part of train out" : ""));
    }
  }
  if (info.classes.size() < 2) refuse("has one class only, " + info.classes.front() + "; a classifier needs two");
}

// Throws for sources in the folder that `overwrite` clears before they are read.
void CheckSourcesOutside(const TrainingRunOptions& options) {
  if (options.existing != dataset::ExistingOutput::kOverwrite) return;
  const std::pair<const char*, std::optional<fs::path>> kSources[] = {
      {"init_from", options.init_from}, {"weights", options.weights}, {"model", options.model}};
  for (const auto& [field, source] : kSources) {
    if (source && dataset::IsInside(*source, options.output)) {
      throw dataset::Error::Usage(std::string("`") + field + "` " + source->string() +
                                  " lies in the run folder that `overwrite` clears; choose another output folder");
    }
  }
}

// Returns the checkpoint to resume from, which is the latest one; nullopt: the run starts anew.
std::optional<fs::path> FindResume(const TrainingRunOptions& options, const RunDirectory& run) {
  if (options.existing == dataset::ExistingOutput::kOverwrite || !run.IsRun()) return std::nullopt;
  const std::optional<fs::path> checkpoint = run.LatestCheckpoint();
  if (!checkpoint && fs::exists(run.model())) {
    throw dataset::Error(run.path().string(),
                         "holds a finished run whose checkpoints are gone; `overwrite` starts again");
  }
  if (!checkpoint && run.HasLostCheckpoints()) {
    throw dataset::Error(run.path(),
                         "holds a run whose checkpoints are gone; bring them back, or `overwrite` starts again");
  }
  if (options.existing == dataset::ExistingOutput::kRefuse) {
    const bool complete = checkpoint && RunDirectory::LoadState(*checkpoint).complete;
    if (!complete) {
      throw dataset::Error(run.path().string(),
                           "holds an unfinished run; `resume` goes on with it, `overwrite` starts again");
    }
  }
  return checkpoint;
}

void CheckSameContent(const PlannedRun& run) {
  if (run.state.dataset_content.empty() || run.state.dataset_content == run.plan.model.dataset_content) return;
  throw dataset::Error(run.folder.path(),
                       "was trained on other photos than the dataset has now under the same names; `init_from` begins "
                       "a new run with what it has learned, `overwrite` starts again");
}

void CheckSameOptions(const PlannedRun& run) {
  const bool resumes = run.options.existing == dataset::ExistingOutput::kResume;
  const std::vector<std::string> differences =
      Differences(run.state.options, run.plan.options, resumes ? Compared::kBinding : Compared::kAll);
  if (std::any_of(differences.begin(), differences.end(),
                  [](const std::string& difference) { return difference.starts_with("`dataset` "); })) {
    throw dataset::Error(run.folder.path(),
                         "was trained on another dataset, or on this one before it changed; `init_from` begins a new "
                         "run with what it has learned, `overwrite` starts again");
  }
  CheckSameContent(run);
  if (differences.empty()) return;
  throw dataset::Error(run.folder.path().string(),
                       "was trained with other options: " + differences.front() + "; `overwrite` starts again");
}

// Makes a complete run one that has the added epochs to go.
void Extend(PlannedRun& run) {
  if (run.state.complete) {
    run.state.complete = false;
    return;
  }
  throw dataset::Error(run.folder.path().string(), run.checkpoint ? "has epochs to go yet: leave out `extend`"
                                                                  : "holds no run that `extend` could add epochs to");
}

}  // namespace

PlannedRun PlanRun(const TrainingRunOptions& given) {
  PlannedRun run{.folder = RunDirectory(given.output),
                 .checkpoint = {},
                 .state = {},
                 .options = given,
                 .plan = {},
                 .changed = {},
                 .lowered = {}};
  CheckSourcesOutside(given);
  run.checkpoint = FindResume(given, run.folder);
  if (run.checkpoint) {
    run.state = RunDirectory::LoadState(*run.checkpoint);
    run.options = WithResumed(given, run.state.options);
    run.state.options = OfToday(std::move(run.state.options));
  }
  run.plan = PlanTraining(run.options, run.state.options);
  CheckTrainable(run.plan.dataset, run.options.dataset);
  if (run.checkpoint) {
    run.lowered = TakeLoweredRates(run.plan.phases, run.plan.options, &run.state);
    CheckSameOptions(run);
    run.changed = Differences(run.state.options, run.plan.options, Compared::kFree);
  }
  if (given.extend) Extend(run);
  run.state.dataset = run.plan.model.dataset;
  if (run.state.complete) {
    run.plan.model.dataset_content = run.state.dataset_content;  // what is there now may be other photos
  } else {
    run.state.dataset_content = run.plan.model.dataset_content;
  }
  return run;
}

}  // namespace train

#include "train/run/evaluation_folder.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/base/utf8.h"
#include "dataset/io/file.h"
#include "dataset/io/removal.h"
#include "train/loop/evaluation.h"
#include "train/run/class_match.h"

namespace train {

namespace fs = std::filesystem;

namespace {

constexpr uint64_t kMaxJsonBytes = uint64_t{1} << 30;

bool Exists(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

[[noreturn]] void RefuseOthers(const fs::path& file) {
  throw dataset::Error(file, "was not written by deval; choose another folder by `output`, or move the file away");
}

// Returns what an evaluation.json is of; what an older one does not tell is as in `unknown`.
EvaluationSubject SubjectIn(const fs::path& file, const EvaluationSubject& unknown) {
  const auto json = nlohmann::json::parse(dataset::ReadFile(file, kMaxJsonBytes), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("dataset_fingerprint") || !json.contains("confusion")) RefuseOthers(file);
  try {
    EvaluationSubject there;
    there.dataset_fingerprint = json["dataset_fingerprint"].get<std::string>();
    there.dataset_content = json.value("dataset_content", unknown.dataset_content);
    there.split = json.value("split", unknown.split);
    there.weights_sha256 = json.value("weights_sha256", unknown.weights_sha256);
    // Who tells the weights tells the renames, unless there are none.
    there.renames = json.value("renames", json.contains("weights_sha256") ? ClassRenames() : unknown.renames);
    return there;
  } catch (const nlohmann::json::exception&) {
    RefuseOthers(file);
  }
}

void CheckExisting(const fs::path& folder, FolderOwner owner, const EvaluationSubject& subject,
                   dataset::ExistingOutput existing) {
  const fs::path predictions = folder / "predictions.csv", evaluation = folder / "evaluation.json";
  if (Exists(predictions)) {
    std::string line;
    std::ifstream stream(predictions);
    std::getline(stream, line);
    if (!line.starts_with(kPredictionColumns)) RefuseOthers(predictions);
  }
  if (!Exists(evaluation)) return;
  const EvaluationSubject there = SubjectIn(evaluation, subject);
  if (existing == dataset::ExistingOutput::kOverwrite) return;
  const auto refuse = [&](const std::string& what) {
    throw dataset::Error(folder,
                         "holds the results of " + what + "; `overwrite` replaces them, `output` names another folder");
  };
  if (there.dataset_fingerprint != subject.dataset_fingerprint) refuse("another dataset");
  if (there.dataset_content != subject.dataset_content) refuse("other photos under the same names");
  if (there.split != subject.split) refuse("split " + dataset::Printable(there.split));
  if (owner == FolderOwner::kAnyone && there.weights_sha256 != subject.weights_sha256) refuse("other weights");
  if (there.renames != subject.renames) refuse("other renames of classes (`map`)");
}

}  // namespace

EvaluationFolder::EvaluationFolder(fs::path path, FolderOwner owner, const EvaluationSubject& subject,
                                   dataset::ExistingOutput existing)
    : path_(std::move(path)) {
  CheckExisting(path_, owner, subject, existing);
  for (fs::path folder = path_; !folder.empty() && !Exists(folder); folder = folder.parent_path()) made_ = folder;
  std::error_code error;
  fs::create_directories(path_, error);
  if (error) throw dataset::Error::System(path_, "cannot create", error.value());
  lock_.emplace(path_ / ".lock", path_);
}

EvaluationFolder::~EvaluationFolder() {
  lock_.reset();
  if (made_.empty()) return;
  try {
    for (fs::path folder = path_;; folder = folder.parent_path()) {
      dataset::RemoveIfEmpty(folder);
      if (folder == made_) return;
    }
  } catch (const dataset::Error&) {
  }
}

void EvaluationFolder::Publish(const std::string& predictions_csv, const std::string& evaluation_json,
                               dataset::Sync sync) const {
  dataset::PublishFile(path_ / "predictions.csv", predictions_csv, sync);
  dataset::PublishFile(path_ / "evaluation.json", evaluation_json, sync);
}

}  // namespace train

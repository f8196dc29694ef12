#include "train/run/evaluation_folder.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "dataset/io/removal.h"
#include "train/loop/evaluation.h"

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

// Returns the fingerprint of the dataset that an evaluation.json is about.
std::string FingerprintIn(const fs::path& file) {
  const auto json = nlohmann::json::parse(dataset::ReadFile(file, kMaxJsonBytes), nullptr, /*allow_exceptions=*/false);
  const auto found = json.is_object() ? json.find("dataset_fingerprint") : json.end();
  if (found == json.end() || !found->is_string() || !json.contains("confusion")) RefuseOthers(file);
  return *found;
}

void CheckExisting(const fs::path& folder, const std::string& fingerprint, dataset::ExistingOutput existing) {
  const fs::path predictions = folder / "predictions.csv", evaluation = folder / "evaluation.json";
  if (Exists(predictions)) {
    std::string line;
    std::ifstream stream(predictions);
    std::getline(stream, line);
    if (!line.starts_with(kPredictionColumns)) RefuseOthers(predictions);
  }
  if (!Exists(evaluation) || FingerprintIn(evaluation) == fingerprint) return;
  if (existing == dataset::ExistingOutput::kOverwrite) return;
  throw dataset::Error(folder,
                       "holds the results of another dataset; `overwrite` replaces them, `output` names another "
                       "folder");
}

}  // namespace

EvaluationFolder::EvaluationFolder(fs::path path, const std::string& dataset_fingerprint,
                                   dataset::ExistingOutput existing)
    : path_(std::move(path)) {
  CheckExisting(path_, dataset_fingerprint, existing);
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

#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "dataset/io/existing_output.h"
#include "dataset/io/file_lock.h"
#include "dataset/io/sync.h"
#include "train/loop/evaluation.h"

namespace train {

enum class FolderOwner {
  kRun,     // a run's own folder: other weights are those of the run when it was trained less far
  kAnyone,  // other weights are perhaps another run's
};

// The folder with the results of one evaluation: predictions.csv, and evaluation.json, which is written last.
class EvaluationFolder {
 public:
  // Makes the folder and locks it, so that it is known before the work whether the results can be written. Throws
  // dataset::Error if that fails, if another process holds the lock, if a file of these names is not of deval, and, if
  // `existing` is not kOverwrite, if the folder holds results of something else than `subject`. What an older
  // evaluation.json does not tell is not compared, nor are the weights in a run's own folder.
  EvaluationFolder(std::filesystem::path path, FolderOwner owner, const EvaluationSubject& subject,
                   dataset::ExistingOutput existing);
  ~EvaluationFolder();  // removes the folders that it has made if they are empty
  EvaluationFolder(const EvaluationFolder&) = delete;
  EvaluationFolder& operator=(const EvaluationFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  void Publish(const std::string& predictions_csv, const std::string& evaluation_json, dataset::Sync sync) const;

 private:
  std::filesystem::path path_;
  std::filesystem::path made_;  // the highest folder that was made; empty: none
  std::optional<dataset::FileLock> lock_;
};

}  // namespace train

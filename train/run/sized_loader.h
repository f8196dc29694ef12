#pragma once

#include <memory>
#include <vector>

#include "dataset/augment/augmentation_options.h"
#include "dataset/catalog/dataset_info.h"
#include "dataset/load/bad_samples.h"
#include "dataset/load/loader.h"
#include "dataset/sample/sample_id.h"
#include "train/loop/batch_stream.h"

namespace train {

// The same view at another side: it shows as much of each picture.
dataset::AugmentationOptions WithSize(dataset::AugmentationOptions view, int image_size);

// Loads train at two sizes of the pictures, with one loader at a time, so that its memory is used once. Not
// thread-safe.
class SizedLoader {
 public:
  // `options` are those of InputSize::kFull; `start_size` is the side of kStart. `info` must outlive the object.
  SizedLoader(const dataset::DatasetInfo& info, const dataset::LoaderOptions& options, int start_size);

  // The object must outlive the stream.
  BatchStream Stream();
  std::vector<dataset::SampleId> OrderOf(uint32_t epoch) const { return loader_->OrderOf(epoch); }
  uint64_t samples() const { return loader_->samples(); }
  uint64_t batches_per_epoch() const { return loader_->batches_per_epoch(); }
  dataset::LoaderStats stats() const { return loader_->stats(); }  // of the loader in use
  std::vector<dataset::BadSample> bad_samples() const;             // each once

 private:
  void Open(InputSize size);

  const dataset::DatasetInfo& info_;
  dataset::LoaderOptions options_;
  int start_size_;
  InputSize size_ = InputSize::kFull;
  std::vector<dataset::BadSample> bad_;  // of the loaders before
  std::unique_ptr<dataset::Loader> loader_;
};

}  // namespace train

#include "train/run/sized_loader.h"

#include <algorithm>
#include <cmath>

namespace train {

dataset::AugmentationOptions WithSize(dataset::AugmentationOptions view, int image_size) {
  const double scale = static_cast<double>(image_size) / view.image_size;
  view.eval_resize = std::max(image_size, static_cast<int>(std::lround(view.eval_resize * scale)));
  view.image_size = image_size;
  return view;
}

SizedLoader::SizedLoader(const dataset::DatasetInfo& info, const dataset::LoaderOptions& options, int start_size)
    : info_(info), options_(options), start_size_(start_size) {
  loader_ = std::make_unique<dataset::Loader>(info_, options_);
}

BatchStream SizedLoader::Stream() {
  return {[this](uint32_t epoch, uint64_t first_batch, InputSize size) {
            if (size != size_) Open(size);
            return loader_->Epoch(epoch, first_batch);
          },
          loader_->batches_per_epoch()};
}

std::vector<dataset::BadSample> SizedLoader::bad_samples() const {
  std::vector<dataset::BadSample> all = bad_;
  for (dataset::BadSample& sample : loader_->bad_samples()) {
    const auto same = [&](const dataset::BadSample& other) { return other.id == sample.id; };
    if (std::none_of(bad_.begin(), bad_.end(), same)) all.push_back(std::move(sample));
  }
  return all;
}

void SizedLoader::Open(InputSize size) {
  bad_ = bad_samples();
  loader_ = nullptr;
  size_ = size;
  dataset::LoaderOptions options = options_;
  if (size == InputSize::kStart) options.augmentation = WithSize(options.augmentation, start_size_);
  loader_ = std::make_unique<dataset::Loader>(info_, options);
}

}  // namespace train

#include "train/loop/feature_extractor.h"

namespace train {

using torch::Tensor;

BatchFeatures FeatureExtractor::Extract(const dataset::Batch& batch, Mirror mirror) const {
  BatchFeatures features;
  std::vector<int64_t> slots;
  for (size_t i = 0; i < static_cast<size_t>(batch.valid); ++i) {
    if (batch.empty[i] != 0) continue;
    slots.push_back(static_cast<int64_t>(i));
    features.labels.push_back(batch.labels[i]);
    features.ids.push_back(batch.ids[i]);
  }
  if (slots.empty()) return features;
  torch::NoGradGuard no_grad;
  Tensor pixels = mover_.Move(batch).pixels;
  if (slots.size() < static_cast<size_t>(batch.valid)) {
    pixels = pixels.index_select(0, torch::tensor(slots).to(pixels.device()));
  }
  if (mirror == Mirror::kLeftRight) pixels = pixels.flip({3}).contiguous(at::MemoryFormat::ChannelsLast);
  const AutocastScope autocast(compute_);
  features.values = until_ == Until::kHead ? model_.Features(pixels) : model_.Below(pixels);
  return features;
}

}  // namespace train

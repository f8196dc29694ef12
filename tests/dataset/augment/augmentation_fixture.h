#pragma once

#include "dataset/augment/augmentation.h"
#include "dataset/base/random.h"
#include "dataset/image/image.h"

namespace dataset::testing {

inline AugmentationOptions TrainOptions() {
  AugmentationOptions options;
  options.random_resized_crop = true;
  options.flip_left_right = 0.5;
  options.brightness = options.contrast = options.saturation = 0.2;
  return options;
}

// Options under which nothing is resized: the whole of a square picture becomes the square.
inline AugmentationOptions SameSize(int size, int channels = 3) {
  AugmentationOptions options;
  options.image_size = options.eval_resize = size;
  options.channels = channels;
  return options;
}

inline AugmentationPlan PlanOf(const AugmentationOptions& options, int width, int height, uint32_t id) {
  Rng rng(7, Domain::kAugment, 3, id);
  return Augmentation(options).Plan(width, height, rng);
}

inline Image Apply(const AugmentationOptions& options, const Image& picture, const AugmentationPlan& plan) {
  Image out(options.image_size, options.image_size, options.channels);
  Augmentation(options).ApplyPixels(picture, plan, out.data());
  return out;
}

}  // namespace dataset::testing

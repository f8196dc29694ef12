#pragma once

#include <cstdint>
#include <string_view>

#include "dataset/decoder.h"
#include "dataset/image.h"
#include "dataset/random.h"

namespace dataset {

// What happens to a picture between decoding and the model, to a square of image_size pixels.
struct AugmentationOptions {
  int image_size = 224;
  int channels = 3;
  // Evaluation geometry, and the training one when random_resized_crop is off: the short side becomes eval_resize (also
  // enlarging), then the centre square of image_size is cut out. eval_resize >= image_size.
  int eval_resize = 246;
  bool random_resized_crop = false;  // Inception crop, as torchvision's RandomResizedCrop: up to 10 tries, else centre
  double crop_scale_min = 0.35;      // area of the crop / area of the picture
  double crop_scale_max = 1.0;
  double crop_ratio_min = 3.0 / 4;  // width / height, drawn uniformly in its logarithm
  double crop_ratio_max = 4.0 / 3;
  bool flip = false;  // left-right with probability 1/2
  double jitter = 0;  // brightness, contrast, saturation: factor from [1 - jitter, 1 + jitter]
};

// Throws Error::Usage with the field's name if an option is out of its range.
void Validate(const AugmentationOptions& options);

// One sample's draw, made before its pixels are decoded so that no more than needed is decoded.
struct AugmentationPlan {
  Rect crop;  // of the upright picture
  bool flip = false;
  bool jitter = false;
  double factor[3] = {1, 1, 1};  // brightness, contrast, saturation
  int order[3] = {0, 1, 2};      // in which they are applied
};

// Pure and thread-safe. Draws are in the order of proto/FORMAT.md, section 7.
class Augmentation {
 public:
  explicit Augmentation(const AugmentationOptions& options);

  // For a picture of width x height upright pixels.
  AugmentationPlan Plan(int width, int height, Rng& rng) const;

  // Decodes encoded bytes by the plan to image_size^2 x channels uint8, HWC, into `out`. `scratch` is reused.
  // Throws Error (cause only) for a damaged picture.
  void ApplyEncoded(std::string_view encoded, const AugmentationPlan& plan, Image* scratch, uint8_t* out) const;
  // The same from decoded pixels (1 or 3 channels).
  void ApplyPixels(const Image& picture, const AugmentationPlan& plan, uint8_t* out) const;

  const AugmentationOptions& options() const { return options_; }

 private:
  void Finish(const Image& source, const Rect& from, const AugmentationPlan& plan, uint8_t* out) const;
  AugmentationOptions options_;
};

}  // namespace dataset

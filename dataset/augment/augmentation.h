#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "dataset/augment/affine.h"
#include "dataset/augment/augmentation_options.h"
#include "dataset/augment/pixel_ops.h"
#include "dataset/augment/warp.h"
#include "dataset/base/random.h"
#include "dataset/codec/image_header.h"
#include "dataset/image/image.h"

namespace dataset {

// The random draw for one sample. It is made before the picture is decoded, so that only what it needs is decoded. The
// square is the result, AugmentationOptions::image_size pixels a side.
struct AugmentationPlan {
  Rect crop;   // the part of the upright picture that fills `place` if there is no warp
  Rect place;  // the part of the square that the crop fills: all of it, except with SquareFit::kPad
  bool flip_left_right = false;
  bool flip_up_down = false;
  bool warped = false;              // something other than a flip moves pixels in the square
  Affine warp;                      // if warped: maps points of the square to points before the warp and the flips
  WarpPlan reads;                   // what is read of the picture; `map` counts only if warped
  PixelOpList ops;                  // applied in this order, after the warp
  Rect erased;                      // the part of the square that is erased last; empty: nothing
  std::array<uint32_t, 2> noise{};  // key of the noise of ErasedAs::kNoise
};

// Draws augmentations and applies them. Thread-safe; results depend only on the options, the picture and the random
// generator. The order of the draws is that of proto/FORMAT.md, section 7.
class Augmentation {
 public:
  // Throws Error::Usage if Validate does.
  explicit Augmentation(const AugmentationOptions& options);

  // Draws the plan for a picture of width x height upright pixels, each at least 1.
  AugmentationPlan Plan(int width, int height, Rng& rng) const;

  // The functions below write the picture of a plan to `out`: image_size * image_size * channels bytes, HWC. They
  // differ in what they start from.

  // Says which part of an encoded picture DecodeImage must decode for ApplyDecoded, and at which scale at least.
  DecodeOptions DecodingOf(const AugmentationPlan& plan) const;
  // Starts from a picture decoded with DecodingOf(plan); `from` is what DecodeImage returned.
  void ApplyDecoded(ImageView decoded, const FineRect& from, const AugmentationPlan& plan, uint8_t* out) const;
  // Decodes, then applies. *scratch holds the decoded picture, so that its memory can be reused. Throws Error (cause
  // only) for a damaged picture.
  void ApplyEncoded(std::string_view encoded, const AugmentationPlan& plan, Image* scratch, uint8_t* out) const;
  // Starts from the whole upright picture (1 or 3 channels) in full size.
  void ApplyPixels(ImageView picture, const AugmentationPlan& plan, uint8_t* out) const;

  const AugmentationOptions& options() const { return options_; }

 private:
  bool pads() const { return options_.fit == SquareFit::kPad && !options_.random_resized_crop; }
  FillMode fill_mode() const { return pads() ? FillMode::kConstant : options_.fill_mode; }
  Affine DrawWarp(Rng& rng) const;
  void DrawJitter(Rng& rng, PixelOpList* ops) const;
  void DrawColours(Rng& rng, PixelOpList* ops) const;
  void DrawErased(Rng& rng, AugmentationPlan* plan) const;
  void Resize(ImageView source, const FineRect& from, const AugmentationPlan& plan, uint8_t* out) const;
  void Warp(ImageView source, const FineRect& from, const AugmentationPlan& plan, uint8_t* out) const;

  AugmentationOptions options_;
};

}  // namespace dataset

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

// One sample's draw, made before its pixels are decoded so that no more than needed is decoded.
struct AugmentationPlan {
  Rect crop;   // of the upright picture: what fills `place`, were there no warp
  Rect place;  // of the square: all of it, but for SquareFit::kPad
  bool flip_left_right = false;
  bool flip_up_down = false;
  bool warped = false;              // more than flips moves pixels in the square
  Affine warp;                      // if warped: of the square's points to those before the warp and the flips
  WarpPlan reads;                   // of part and scaled only, if not warped
  PixelOpList ops;                  // in order
  Rect erased;                      // of the square, last; empty: nothing
  std::array<uint32_t, 2> noise{};  // key of what is erased as noise
};

// Pure and thread-safe. Draws are in the order of proto/FORMAT.md, section 7.
class Augmentation {
 public:
  // Throws Error::Usage as Validate does.
  explicit Augmentation(const AugmentationOptions& options);

  // For a picture of width x height upright pixels.
  AugmentationPlan Plan(int width, int height, Rng& rng) const;

  // What must be decoded of an encoded picture, and at which scale.
  DecodeOptions DecodingOf(const AugmentationPlan& plan) const;
  // The plan's picture, image_size^2 x channels uint8, HWC, from what DecodeImage made of that: `from` is its result.
  void ApplyDecoded(ImageView decoded, const FineRect& from, const AugmentationPlan& plan, uint8_t* out) const;
  // Both. `scratch` is reused. Throws Error (cause only) for a damaged picture.
  void ApplyEncoded(std::string_view encoded, const AugmentationPlan& plan, Image* scratch, uint8_t* out) const;
  // The same from all of its pixels (1 or 3 channels).
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

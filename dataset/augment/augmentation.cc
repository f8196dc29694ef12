#include "dataset/augment/augmentation.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <span>

#include "dataset/augment/erasing.h"
#include "dataset/augment/rand_augment.h"
#include "dataset/augment/random_crop.h"
#include "dataset/augment/random_warp.h"
#include "dataset/augment/trivial_augment.h"
#include "dataset/codec/decoder.h"
#include "dataset/image/color.h"
#include "dataset/image/resampler.h"
#include "dataset/image/resize.h"

namespace dataset {
namespace {

// Maps points of the square to points before the flips.
Affine FlipMap(bool left_right, bool up_down, int size) {
  const double far = size;
  return {left_right ? -1.0 : 1.0, 0, left_right ? far : 0, 0, up_down ? -1.0 : 1.0, up_down ? far : 0};
}

// Maps points of the square before the warp to points of the picture.
Affine ToPicture(const AugmentationPlan& plan) {
  const Affine to_crop = Scaling(static_cast<double>(plan.crop.width) / plan.place.width,
                                 static_cast<double>(plan.crop.height) / plan.place.height);
  return Compose(Translation(plan.crop.x, plan.crop.y), Compose(to_crop, Translation(-plan.place.x, -plan.place.y)));
}

void FlipRows(int size, int channels, uint8_t* out) {
  const size_t stride = static_cast<size_t>(size) * static_cast<size_t>(channels);
  uint8_t* top = out;
  uint8_t* bottom = out + static_cast<size_t>(size - 1) * stride;
  for (; top < bottom; top += stride, bottom -= stride) std::swap_ranges(top, top + stride, bottom);
}

}  // namespace

Augmentation::Augmentation(const AugmentationOptions& options) : options_(options) { Validate(options_); }

Affine Augmentation::DrawWarp(Rng& rng) const {
  const auto around_zero = [&rng](double range) { return range > 0 ? rng.Uniform(-range, range) : 0; };
  const double size = options_.image_size;
  WarpDraw draw;
  draw.rotation = around_zero(options_.rotation);
  draw.height_shift = around_zero(options_.height_shift) * size;
  draw.width_shift = around_zero(options_.width_shift) * size;
  draw.shear = around_zero(options_.shear);
  if (options_.zoom_min != 1 || options_.zoom_max != 1) {
    draw.zoom_y = rng.Uniform(options_.zoom_min, options_.zoom_max);
    draw.zoom_x = rng.Uniform(options_.zoom_min, options_.zoom_max);
  }
  return WarpMap(draw, options_.image_size);
}

AugmentationPlan Augmentation::Plan(int width, int height, Rng& rng) const {
  assert(width > 0 && height > 0);
  const int size = options_.image_size;
  AugmentationPlan plan;
  if (options_.random_resized_crop) {
    plan.crop =
        DrawCrop({options_.crop_scale_min, options_.crop_scale_max, options_.crop_ratio_min, options_.crop_ratio_max},
                 width, height, rng);
    plan.place = {0, 0, size, size};
  } else {
    const SquarePlacement placed = PlaceInSquare(options_.fit, size, options_.eval_resize, width, height);
    plan.crop = placed.part;
    plan.place = placed.place;
  }
  plan.flip_left_right = rng.Chance(options_.flip_left_right);
  DrawJitter(rng, &plan.ops);
  plan.flip_up_down = rng.Chance(options_.flip_up_down);
  Affine warp, drawn_ops;
  if (options_.warps() && rng.Chance(options_.warp_probability)) {
    plan.warped = true;
    warp = DrawWarp(rng);
  }
  if (options_.rand_augment_ops > 0 && rng.Chance(options_.rand_augment_probability)) {
    drawn_ops = DrawRandAugment(options_.rand_augment_ops, options_.rand_augment_magnitude, size, rng, &plan.ops);
  }
  if (rng.Chance(options_.trivial_augment)) {
    drawn_ops = Compose(drawn_ops, DrawTrivialAugment(size, rng, &plan.ops));
  }
  if (drawn_ops != Affine()) plan.warped = true;
  DrawColours(rng, &plan.ops);
  DrawErased(rng, &plan);
  plan.reads = {plan.crop, {plan.place.width, plan.place.height}, {}};
  if (plan.warped) {
    plan.warp = Compose(Compose(warp, FlipMap(plan.flip_left_right, plan.flip_up_down, size)), drawn_ops);
    plan.reads = PlanWarp(Compose(ToPicture(plan), plan.warp), fill_mode(), size, size, {width, height});
  }
  return plan;
}

void Augmentation::DrawJitter(Rng& rng, PixelOpList* ops) const {
  std::array<PixelOp, 4> steps;
  size_t count = 0;
  const auto add = [&](PixelOpKind kind, double range, double centre) {
    if (range > 0) steps[count++] = {kind, {rng.Uniform(centre - range, centre + range)}};
  };
  if (options_.jitters() && rng.Chance(options_.jitter_probability)) {
    add(PixelOpKind::kBrightness, options_.brightness, 1);
    add(PixelOpKind::kContrast, options_.contrast, 1);
    add(PixelOpKind::kSaturation, options_.saturation, 1);
    add(PixelOpKind::kHue, options_.hue, 0);
  }
  const std::span<PixelOp> drawn(steps.data(), count);
  Shuffle(drawn, rng);
  for (const PixelOp& step : drawn) ops->Add(step);
}

void Augmentation::DrawColours(Rng& rng, PixelOpList* ops) const {
  if (options_.channel_shift > 0 && rng.Chance(options_.channel_shift_probability)) {
    ops->Add({PixelOpKind::kShift, {rng.Uniform(-options_.channel_shift, options_.channel_shift)}});
  }
  if (options_.lighting > 0 && rng.Chance(options_.lighting_probability)) {
    std::array<double, 3> weights;
    for (double& weight : weights) weight = options_.lighting * rng.Normal();
    ops->Add({PixelOpKind::kLighting, LightingShift(weights)});
  }
  if (rng.Chance(options_.grey)) ops->Add({PixelOpKind::kGrey, {}});
  if (rng.Chance(options_.blur)) {
    ops->Add({PixelOpKind::kBlur, {rng.Uniform(options_.blur_sigma_min, options_.blur_sigma_max)}});
  }
}

void Augmentation::DrawErased(Rng& rng, AugmentationPlan* plan) const {
  if (!rng.Chance(options_.erasing)) return;
  plan->erased = DrawErasing(
      {options_.erasing_scale_min, options_.erasing_scale_max, options_.erasing_ratio_min, options_.erasing_ratio_max},
      options_.image_size, rng);
  if (options_.erased_as == ErasedAs::kNoise) plan->noise = {rng.Word(), rng.Word()};
}

DecodeOptions Augmentation::DecodingOf(const AugmentationPlan& plan) const {
  DecodeOptions decode;
  decode.channels = options_.channels;
  decode.min_width = LeastDecodedSide(plan.reads.scaled.width, Interpolation::kQuick);
  decode.min_height = LeastDecodedSide(plan.reads.scaled.height, Interpolation::kQuick);
  decode.crop = plan.reads.part;
  return decode;
}

void Augmentation::ApplyEncoded(std::string_view encoded, const AugmentationPlan& plan, Image* scratch,
                                uint8_t* out) const {
  const FineRect from = DecodeImage(encoded, DecodingOf(plan), scratch);
  ApplyDecoded(*scratch, from, plan, out);
}

void Augmentation::ApplyPixels(ImageView picture, const AugmentationPlan& plan, uint8_t* out) const {
  ApplyDecoded(picture, plan.reads.part, plan, out);
}

void Augmentation::ApplyDecoded(ImageView source, const FineRect& from, const AugmentationPlan& plan,
                                uint8_t* out) const {
  const int size = options_.image_size, channels = options_.channels;
  if (plan.warped) {
    Warp(source, from, plan, out);
  } else {
    Resize(source, from, plan, out);
    if (plan.flip_up_down) FlipRows(size, channels, out);
  }
  ApplyPixelOps(plan.ops, size, size, channels, out);
  if (options_.erased_as == ErasedAs::kNoise) {
    FillPartWithNoise(plan.erased, plan.noise, size, channels, out);
  } else {
    FillPart(plan.erased, options_.fill, size, channels, out);
  }
}

// Resizes without a warp; the flip from left to right is part of it.
void Augmentation::Resize(ImageView source, const FineRect& from, const AugmentationPlan& plan, uint8_t* out) const {
  const int size = options_.image_size, channels = options_.channels;
  const size_t stride = static_cast<size_t>(size) * static_cast<size_t>(channels);
  const Rect& place = plan.place;
  if (place != Rect{0, 0, size, size}) {
    FillPixels(options_.fill, channels, static_cast<size_t>(size) * static_cast<size_t>(size), out);
  }
  const int left = plan.flip_left_right ? size - place.x - place.width : place.x;
  uint8_t* const first = out + static_cast<size_t>(place.y) * stride + left * channels;
  const Resampling resampling{{place.width, place.height},
                              Filter::kTriangle,
                              Filter::kTriangle,
                              plan.flip_left_right ? Mirror::kLeftRight : Mirror::kNo};
  if (source.channels() == channels) {
    ResampleToBytes(source, from, resampling, first, stride);
    return;
  }
  thread_local Image resized;
  resized.Reset(place.height, place.width, source.channels());
  ResampleToBytes(source, from, resampling, resized.data(), resized.stride());
  for (int y = 0; y < place.height; ++y) {
    ConvertChannels(resized.row(y), resized.channels(), static_cast<size_t>(place.width), channels,
                    first + static_cast<size_t>(y) * stride);
  }
}

void Augmentation::Warp(ImageView source, const FineRect& from, const AugmentationPlan& plan, uint8_t* out) const {
  const int size = options_.image_size, channels = options_.channels;
  const Size scaled = plan.reads.scaled;
  const Edges edges{fill_mode(), options_.fill};
  const bool fits = from == Rect{0, 0, scaled.width, scaled.height} && Size{source.width(), source.height()} == scaled;
  if (fits && source.channels() == channels) {
    WarpImage(source, plan.reads.map, edges, size, size, out);
    return;
  }
  thread_local Image resized;
  ResizeImage(source, from, scaled.width, scaled.height, Interpolation::kQuick, &resized);
  if (source.channels() == channels) {
    WarpImage(resized, plan.reads.map, edges, size, size, out);
    return;
  }
  thread_local Image converted;
  converted.Reset(scaled.height, scaled.width, channels);
  ConvertChannels(resized.data(), resized.channels(), static_cast<size_t>(scaled.width) * scaled.height, channels,
                  converted.data());
  WarpImage(converted, plan.reads.map, edges, size, size, out);
}

}  // namespace dataset

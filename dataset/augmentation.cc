#include "dataset/augmentation.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "dataset/color.h"
#include "dataset/error.h"
#include "dataset/resize.h"

namespace dataset {
namespace {

constexpr int kMaxSize = 8192;
constexpr int kTries = 10;

// Halves to the even number, as Python's round, which torchvision's geometry uses.
int RoundToInt(double value) { return static_cast<int>(std::nearbyint(value)); }

// As torchvision.transforms.RandomResizedCrop.get_params.
Rect DrawCrop(const AugmentationOptions& options, int width, int height, Rng& rng) {
  const double area = static_cast<double>(width) * height;
  const double log_min = std::log(options.crop_ratio_min), log_max = std::log(options.crop_ratio_max);
  for (int i = 0; i < kTries; ++i) {
    const double target = area * rng.Uniform(options.crop_scale_min, options.crop_scale_max);
    const double ratio = std::exp(rng.Uniform(log_min, log_max));
    const double w = std::nearbyint(std::sqrt(target * ratio)), h = std::nearbyint(std::sqrt(target / ratio));
    if (w < 1 || h < 1 || w > width || h > height) continue;
    Rect crop{0, 0, static_cast<int>(w), static_cast<int>(h)};
    crop.x = static_cast<int>(rng.Below(static_cast<uint32_t>(width - crop.width) + 1));
    crop.y = static_cast<int>(rng.Below(static_cast<uint32_t>(height - crop.height) + 1));
    return crop;
  }
  const double ratio = std::clamp(static_cast<double>(width) / height, options.crop_ratio_min, options.crop_ratio_max);
  const int w = std::clamp(RoundToInt(height * ratio), 1, width), h = std::clamp(RoundToInt(width / ratio), 1, height);
  return {(width - w) / 2, (height - h) / 2, w, h};
}

// The part of the picture that "short side to eval_resize, then the centre square of image_size" shows.
void CentreInterval(const AugmentationOptions& options, int size, int short_side, int* begin, int* length) {
  const int resized = static_cast<int>(std::lround(static_cast<double>(size) * options.eval_resize / short_side));
  const int offset = RoundToInt((resized - options.image_size) / 2.0);
  const double back = static_cast<double>(size) / resized;
  *begin = std::min(RoundToInt(offset * back), size - 1);
  *length = std::max(std::min(RoundToInt((offset + options.image_size) * back), size) - *begin, 1);
}

Rect CentreCrop(const AugmentationOptions& options, int width, int height) {
  Rect crop;
  const int short_side = std::min(width, height);
  CentreInterval(options, width, short_side, &crop.x, &crop.width);
  CentreInterval(options, height, short_side, &crop.y, &crop.height);
  return crop;
}

uint8_t ToByte(double value) { return static_cast<uint8_t>(std::clamp(std::floor(value + 0.5), 0.0, 255.0)); }

// Moves every value away from `anchor` by `factor`.
void Stretch(double anchor, double factor, std::span<uint8_t> pixels) {
  std::array<uint8_t, 256> table;
  for (int i = 0; i < 256; ++i) table[static_cast<size_t>(i)] = ToByte(anchor + factor * (i - anchor));
  for (uint8_t& value : pixels) value = table[value];
}

double MeanGrey(std::span<const uint8_t> pixels, int channels) {
  uint64_t sum = 0;
  if (channels == 1) {
    for (const uint8_t value : pixels) sum += value;
  } else {
    for (size_t i = 0; i < pixels.size(); i += 3) sum += Luma(pixels[i], pixels[i + 1], pixels[i + 2]);
  }
  return static_cast<double>(sum) * channels / static_cast<double>(pixels.size());
}

void Saturate(double factor, std::span<uint8_t> pixels) {
  const int fixed = static_cast<int>(std::lround(factor * 65536));
  for (size_t i = 0; i < pixels.size(); i += 3) {
    const int grey = Luma(pixels[i], pixels[i + 1], pixels[i + 2]);
    for (size_t c = i; c < i + 3; ++c) {
      const int value = grey + ((fixed * (pixels[c] - grey) + 32768) >> 16);
      pixels[c] = static_cast<uint8_t>(std::clamp(value, 0, 255));
    }
  }
}

// As torchvision's ColorJitter on bytes: each step is rounded and clamped before the next.
void Jitter(const AugmentationPlan& plan, int channels, std::span<uint8_t> pixels) {
  for (const int step : plan.order) {
    const double factor = plan.factor[step];
    if (step == 0) Stretch(0, factor, pixels);
    if (step == 1) Stretch(MeanGrey(pixels, channels), factor, pixels);
    if (step == 2 && channels == 3) Saturate(factor, pixels);
  }
}

void Flip(int size, int channels, uint8_t* out) {
  const size_t stride = static_cast<size_t>(size) * static_cast<size_t>(channels);
  for (int y = 0; y < size; ++y) {
    uint8_t* left = out + static_cast<size_t>(y) * stride;
    uint8_t* right = left + stride - channels;
    for (; left < right; left += channels, right -= channels) std::swap_ranges(left, left + channels, right);
  }
}

void Require(bool condition, const std::string& what) {
  if (!condition) throw Error::Usage(what);
}

}  // namespace

// Conditions are written so that NaN fails them.
void Validate(const AugmentationOptions& options) {
  const auto within = [](int value, int low) { return value >= low && value <= kMaxSize; };
  Require(within(options.image_size, 1), "image_size must be 1 to " + std::to_string(kMaxSize));
  Require(options.channels == 1 || options.channels == 3, "channels must be 1 or 3");
  Require(within(options.eval_resize, options.image_size),
          "eval_resize must be image_size to " + std::to_string(kMaxSize));
  Require(options.crop_scale_min > 0 && options.crop_scale_min <= 1, "crop_scale_min must be above 0 and at most 1");
  Require(options.crop_scale_max >= options.crop_scale_min && options.crop_scale_max <= 1,
          "crop_scale_max must be crop_scale_min to 1");
  Require(options.crop_ratio_min > 0 && std::isfinite(options.crop_ratio_min), "crop_ratio_min must be above 0");
  Require(options.crop_ratio_max >= options.crop_ratio_min && std::isfinite(options.crop_ratio_max),
          "crop_ratio_max must be at least crop_ratio_min");
  Require(options.jitter >= 0 && options.jitter <= 1, "jitter must be 0 to 1");
}

Augmentation::Augmentation(const AugmentationOptions& options) : options_(options) { Validate(options_); }

AugmentationPlan Augmentation::Plan(int width, int height, Rng& rng) const {
  assert(width > 0 && height > 0);
  AugmentationPlan plan;
  plan.crop =
      options_.random_resized_crop ? DrawCrop(options_, width, height, rng) : CentreCrop(options_, width, height);
  if (options_.flip) plan.flip = rng.Word() >> 31 != 0;
  if (options_.jitter > 0) {
    plan.jitter = true;
    for (double& factor : plan.factor) factor = rng.Uniform(1 - options_.jitter, 1 + options_.jitter);
    Shuffle(std::span<int>(plan.order), rng);
  }
  return plan;
}

void Augmentation::ApplyEncoded(std::string_view encoded, const AugmentationPlan& plan, Image* scratch,
                                uint8_t* out) const {
  DecodeOptions decode;
  decode.channels = options_.channels;
  decode.min_width = options_.image_size;
  decode.min_height = options_.image_size;
  decode.crop = plan.crop;
  const Rect from = DecodeImage(encoded, decode, scratch);
  Finish(*scratch, from, plan, out);
}

void Augmentation::ApplyPixels(const Image& picture, const AugmentationPlan& plan, uint8_t* out) const {
  Finish(picture, plan.crop, plan, out);
}

void Augmentation::Finish(const Image& source, const Rect& from, const AugmentationPlan& plan, uint8_t* out) const {
  const int size = options_.image_size, channels = options_.channels;
  const size_t pixels = static_cast<size_t>(size) * static_cast<size_t>(size);
  if (source.channels() == channels) {
    ResizeImage(source, from, size, size, Interpolation::kQuick, out, static_cast<size_t>(size) * channels);
  } else {
    thread_local Image resized;
    ResizeImage(source, from, size, size, Interpolation::kQuick, &resized);
    ConvertChannels(resized.data(), resized.channels(), pixels, channels, out);
  }
  if (plan.jitter) Jitter(plan, channels, {out, pixels * static_cast<size_t>(channels)});
  if (plan.flip) Flip(size, channels, out);
}

}  // namespace dataset

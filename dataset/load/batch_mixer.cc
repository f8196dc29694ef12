#include "dataset/load/batch_mixer.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/base/number_text.h"

namespace dataset {
namespace {

// Draws the logarithm of a gamma-distributed number, by Marsaglia and Tsang (2000). The logarithm does not underflow
// for small shapes.
double LogGamma(double shape, Rng& rng) {
  const bool boosted = shape < 1;
  const double d = (boosted ? shape + 1 : shape) - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  double log = 0;
  for (;;) {
    const double normal = rng.Normal(), uniform = 1 - rng.Uniform();
    const double root = 1 + c * normal, v = root * root * root;
    if (root <= 0 || std::log(uniform) >= normal * normal / 2 + d - d * v + d * std::log(v)) continue;
    log = std::log(d * v);
    break;
  }
  if (boosted) log += std::log(1 - rng.Uniform()) / shape;
  return log;
}

// Draws from Beta(alpha, alpha).
double DrawBeta(double alpha, Rng& rng) {
  const double first = LogGamma(alpha, rng), second = LogGamma(alpha, rng);
  return 1 / (1 + std::exp(second - first));
}

uint8_t Blend(uint8_t own, uint8_t other, float lambda) {
  // NOLINTNEXTLINE(bugprone-incorrect-roundings): neither is negative.
  return static_cast<uint8_t>(lambda * own + (1 - lambda) * other + 0.5f);
}
float Blend(float own, float other, float lambda) { return lambda * own + (1 - lambda) * other; }

template <typename T>
void MixSlot(const MixDraw& draw, const Batch& batch, const T* other, T* own) {
  const size_t width = static_cast<size_t>(batch.width), height = static_cast<size_t>(batch.height);
  const size_t channels = static_cast<size_t>(batch.channels);
  if (draw.kind == MixDraw::Kind::kMixup) {
    const float lambda = static_cast<float>(draw.lambda);
    for (size_t i = 0; i < width * height * channels; ++i) own[i] = Blend(own[i], other[i], lambda);
    return;
  }
  const bool interleaved = batch.format == PixelFormat::kUint8Nhwc;
  const size_t planes = interleaved ? 1 : channels, pixel = interleaved ? channels : 1;
  for (size_t plane = 0; plane < planes; ++plane) {
    for (size_t y = 0; y < static_cast<size_t>(draw.height); ++y) {
      const size_t row = (plane * height + static_cast<size_t>(draw.y) + y) * width + static_cast<size_t>(draw.x);
      std::copy_n(other + row * pixel, static_cast<size_t>(draw.width) * pixel, own + row * pixel);
    }
  }
}

template <typename T>
void MixSlots(const MixDraw& draw, Batch* batch) {
  const size_t values =
      static_cast<size_t>(batch->height) * static_cast<size_t>(batch->width) * static_cast<size_t>(batch->channels);
  T* const data = static_cast<T*>(batch->data);
  const size_t last = static_cast<size_t>(batch->valid) - 1;
  thread_local std::vector<T> last_slot;
  last_slot.assign(data + last * values, data + (last + 1) * values);
  // From the end, so that the slot before each one is still unmixed.
  for (size_t slot = last; slot > 0; --slot) {
    MixSlot<T>(draw, *batch, data + (slot - 1) * values, data + slot * values);
  }
  MixSlot<T>(draw, *batch, last_slot.data(), data);
}

void SetTargets(double lambda, uint32_t classes, Batch* batch) {
  batch->targets.assign(static_cast<size_t>(batch->size) * classes, 0);
  const size_t valid = static_cast<size_t>(batch->valid);
  for (size_t slot = 0; slot < valid; ++slot) {
    float* row = batch->targets.data() + slot * classes;
    const int64_t own = batch->labels[slot], other = batch->labels[slot == 0 ? valid - 1 : slot - 1];
    assert(own >= 0 && own < classes && other >= 0 && other < classes);
    row[own] += static_cast<float>(lambda);
    row[other] += 1 - static_cast<float>(lambda);
  }
}

void Require(bool condition, const std::string& what) {
  if (!condition) throw Error::Usage(what);
}

}  // namespace

// Conditions are written so that NaN fails them.
void Validate(const MixOptions& options) {
  Require(options.mixup >= 0 && options.mixup <= 1, "`mixup` must be 0 to 1");
  Require(options.mixup_alpha >= 0.01 && options.mixup_alpha <= 100, "`mixup_alpha` must be 0.01 to 100");
  Require(options.cutmix >= 0 && options.cutmix <= 1, "`cutmix` must be 0 to 1");
  Require(options.cutmix_alpha >= 0.01 && options.cutmix_alpha <= 100, "`cutmix_alpha` must be 0.01 to 100");
  Require(options.mixup + options.cutmix <= 1, "`cutmix` must be at most 1 - `mixup`");
}

std::vector<std::pair<std::string, std::string>> Describe(const MixOptions& options) {
  return {{"mixup", FormatNumber(options.mixup)},
          {"mixup_alpha", FormatNumber(options.mixup_alpha)},
          {"cutmix", FormatNumber(options.cutmix)},
          {"cutmix_alpha", FormatNumber(options.cutmix_alpha)}};
}

BatchMixer::BatchMixer(const MixOptions& options) : options_(options) { Validate(options_); }

MixDraw BatchMixer::Draw(int width, int height, Rng& rng) const {
  MixDraw draw;
  const double kind = rng.Uniform();
  if (kind < options_.mixup) {
    draw.kind = MixDraw::Kind::kMixup;
    draw.lambda = DrawBeta(options_.mixup_alpha, rng);
  } else if (kind < options_.mixup + options_.cutmix) {
    draw.kind = MixDraw::Kind::kCutmix;
    const double half = 0.5 * std::sqrt(1 - DrawBeta(options_.cutmix_alpha, rng));
    const int x = static_cast<int>(rng.Below(static_cast<uint32_t>(width)));
    const int y = static_cast<int>(rng.Below(static_cast<uint32_t>(height)));
    const int half_width = static_cast<int>(half * width), half_height = static_cast<int>(half * height);
    draw.x = std::max(x - half_width, 0);
    draw.y = std::max(y - half_height, 0);
    draw.width = std::min(x + half_width, width) - draw.x;
    draw.height = std::min(y + half_height, height) - draw.y;
    draw.lambda = 1 - static_cast<double>(draw.width) * draw.height / (static_cast<double>(width) * height);
  }
  return draw;
}

void BatchMixer::Mix(uint64_t seed, uint32_t classes, Batch* batch) const {
  Rng rng(seed, Domain::kMix, batch->epoch, static_cast<uint32_t>(batch->first));
  const MixDraw draw = Draw(batch->width, batch->height, rng);
  SetTargets(draw.lambda, classes, batch);
  if (draw.kind == MixDraw::Kind::kNone || batch->valid == 0) return;
  batch->format == PixelFormat::kUint8Nhwc ? MixSlots<uint8_t>(draw, batch) : MixSlots<float>(draw, batch);
}

}  // namespace dataset

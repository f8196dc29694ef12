#pragma once

#include <array>
#include <cassert>
#include <cstdint>
#include <span>

namespace dataset {

enum class PixelOpKind : uint8_t {
  // torchvision's adjust_*. value[0] is the factor; 1 changes nothing. For kHue it is turns of the HSV wheel; 0 changes
  // nothing.
  kBrightness,
  kContrast,
  kSaturation,
  kHue,
  kSharpness,
  kShift,         // adds value[0] to each byte, clamped to the picture's least and greatest byte, as Keras does
  kLighting,      // adds value[c] to channel c
  kGrey,          // replaces each colour by its luma
  kBlur,          // Blur with a sigma of value[0] pixels
  kPosterize,     // keeps the value[0] highest bits, 0 ... 8
  kSolarize,      // inverts bytes that are at least value[0]
  kAutoContrast,  // stretches each channel to 0 ... 255
  kEqualize,      // makes the histogram of each channel flat, as Pillow's ImageOps does
};

struct PixelOp {
  PixelOpKind kind = PixelOpKind::kBrightness;
  std::array<double, 3> value{};
};

// A list of at most kCapacity ops, which allocates nothing.
class PixelOpList {
 public:
  static constexpr size_t kCapacity = 17;

  void Add(const PixelOp& op) {
    assert(size_ < kCapacity);
    ops_[size_++] = op;
  }
  const PixelOp* begin() const { return ops_.data(); }
  const PixelOp* end() const { return ops_.data() + size_; }
  size_t size() const { return size_; }
  const PixelOp& operator[](size_t i) const { return ops_[i]; }

 private:
  std::array<PixelOp, kCapacity> ops_{};
  size_t size_ = 0;
};

// Applies the ops one after the other to width * height * channels bytes, HWC, in place. The result of each op is
// rounded and clamped to bytes before the next; ops that map single bytes share a pass over the pixels. Ops that need
// colours (kSaturation, kHue, kLighting, kGrey) do not change a picture of one channel. Thread-safe.
void ApplyPixelOps(std::span<const PixelOp> ops, int width, int height, int channels, uint8_t* pixels);

}  // namespace dataset

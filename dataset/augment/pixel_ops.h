#pragma once

#include <array>
#include <cassert>
#include <cstdint>
#include <span>

namespace dataset {

enum class PixelOpKind : uint8_t {
  // As torchvision's adjust_*: value[0] is the factor (1: as it is), for kHue turns of the HSV wheel (0: as it is).
  kBrightness,
  kContrast,
  kSaturation,
  kHue,
  kSharpness,
  kShift,         // value[0] more in each byte, but no further than the picture's least and greatest, as Keras
  kLighting,      // value[c] more in channel c
  kGrey,          // each colour by its luma
  kBlur,          // value[0]: sigma in pixels
  kPosterize,     // value[0]: bits that are kept, 0 ... 8
  kSolarize,      // bytes from value[0] on inverted
  kAutoContrast,  // each channel stretched to all of 0 ... 255
  kEqualize,      // each channel's histogram made flat, as Pillow's ImageOps
};

struct PixelOp {
  PixelOpKind kind = PixelOpKind::kBrightness;
  std::array<double, 3> value{};
};

// A short list without memory of its own to allocate.
class PixelOpList {
 public:
  static constexpr size_t kCapacity = 16;

  void Add(const PixelOp& op) {
    assert(size_ < kCapacity);
    ops_[size_++] = op;
  }
  operator std::span<const PixelOp>() const { return {ops_.data(), size_}; }
  const PixelOp* begin() const { return ops_.data(); }
  const PixelOp* end() const { return ops_.data() + size_; }
  size_t size() const { return size_; }
  const PixelOp& operator[](size_t i) const { return ops_[i]; }

 private:
  std::array<PixelOp, kCapacity> ops_{};
  size_t size_ = 0;
};

// Changes width x height x channels bytes, HWC, in place, by one op after the other; each result is rounded and clamped
// to bytes before the next, though ops that map single bytes may share a pass. What needs colours (kSaturation, kHue,
// kLighting, kGrey) leaves one channel as it is. Thread-safe.
void ApplyPixelOps(std::span<const PixelOp> ops, int width, int height, int channels, uint8_t* pixels);

}  // namespace dataset

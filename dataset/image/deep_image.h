#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "dataset/image/depth.h"
#include "dataset/image/image.h"

namespace dataset {

// The values of a picture of more than 8 bits a channel: HWC, rows without padding, RGB (3 channels) or grey (1).
class DeepImage {
 public:
  enum class Type { kUint16, kInt16, kFloat32 };

  // Sets the shape; values become unspecified.
  void Reset(int height, int width, int channels, Type type);

  int height() const { return height_; }
  int width() const { return width_; }
  int channels() const { return channels_; }
  Type type() const { return type_; }
  size_t values() const { return static_cast<size_t>(height_) * width_ * channels_; }
  size_t stride() const { return static_cast<size_t>(width_) * channels_ * (type_ == Type::kFloat32 ? 4 : 2); }
  uint8_t* row(int y) { return memory_.get() + y * stride(); }  // aligned for its type
  const uint8_t* data() const { return memory_.get(); }

  bool inverted = false;  // the lowest value is white

 private:
  int height_ = 0;
  int width_ = 0;
  int channels_ = 1;
  Type type_ = Type::kUint16;
  std::unique_ptr<uint8_t[]> memory_;
};

// The lowest and the highest finite value of pictures; low > high: there is none.
struct ValueExtent {
  double low = 1;
  double high = 0;
  bool empty() const { return low > high; }
  void Add(const ValueExtent& other);
};
ValueExtent ExtentOf(const DeepImage& deep);

// Appends up to `count` finite values from places at equal distances.
void AppendValues(const DeepImage& deep, size_t count, std::vector<float>* values);

// Sets *out to the bytes of the values. Returns whether values lie outside of the range or are no numbers (these become
// 0). Throws Error (cause only) if none is a finite number, and if depth is kHighByte and the values are no unsigned
// integers.
bool ToBytes(const DeepImage& deep, const Depth& depth, Image* out);

}  // namespace dataset

#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace dataset {

// An upright picture of 8-bit pixels: HWC, rows from top to bottom without padding, RGB (3 channels) or grey (1). An
// Image that is reused keeps its memory.
class Image {
 public:
  Image() = default;
  Image(int height, int width, int channels) { Reset(height, width, channels); }
  // A moved-from image is empty.
  Image(Image&& other) noexcept { *this = std::move(other); }
  Image& operator=(Image&& other) noexcept {
    height_ = std::exchange(other.height_, 0);
    width_ = std::exchange(other.width_, 0);
    channels_ = std::exchange(other.channels_, 3);
    capacity_ = std::exchange(other.capacity_, 0);
    memory_ = std::move(other.memory_);
    return *this;
  }

  // Sets the shape; pixel values become unspecified. Allocates only when it must grow.
  void Reset(int height, int width, int channels) {
    assert(height >= 0 && width >= 0 && (channels == 1 || channels == 3));
    height_ = height;
    width_ = width;
    channels_ = channels;
    if (bytes() > capacity_) {
      memory_.reset(new uint8_t[bytes()]);
      capacity_ = bytes();
    }
  }

  int height() const { return height_; }
  int width() const { return width_; }
  int channels() const { return channels_; }
  size_t bytes() const { return static_cast<size_t>(height_) * width_ * channels_; }
  size_t stride() const { return static_cast<size_t>(width_) * channels_; }
  size_t capacity() const { return capacity_; }  // bytes allocated: those of the largest shape so far
  uint8_t* data() { return memory_.get(); }
  const uint8_t* data() const { return memory_.get(); }
  uint8_t* row(int y) { return data() + y * stride(); }
  const uint8_t* row(int y) const { return data() + y * stride(); }

 private:
  int height_ = 0;
  int width_ = 0;
  int channels_ = 3;
  size_t capacity_ = 0;
  std::unique_ptr<uint8_t[]> memory_;
};

// A view of the pixels of an Image, or of pixels in the same format that another object owns. They can only be read,
// and must outlive the view and stay where they are. Cheap to copy.
class ImageView {
 public:
  ImageView(const Image& image)  // NOLINT: implicit, so that functions that take views take images
      : ImageView(image.data(), image.height(), image.width(), image.channels()) {}
  ImageView(const uint8_t* pixels, int height, int width, int channels)
      : height_(height), width_(width), channels_(channels), data_(pixels) {}

  int height() const { return height_; }
  int width() const { return width_; }
  int channels() const { return channels_; }
  size_t bytes() const { return static_cast<size_t>(height_) * width_ * channels_; }
  size_t stride() const { return static_cast<size_t>(width_) * channels_; }
  const uint8_t* data() const { return data_; }
  const uint8_t* row(int y) const { return data_ + y * stride(); }

 private:
  int height_;
  int width_;
  int channels_;
  const uint8_t* data_;
};

struct Size {
  int width = 0;
  int height = 0;
  bool operator==(const Size&) const = default;
};

// A part of an upright picture, in pixels.
struct Rect {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  bool operator==(const Rect&) const = default;
};

// A part of an upright picture, in eighths of a pixel. A JPEG can be decoded at a scale of k/8; a part in whole pixels
// then becomes one in eighths.
struct FineRect {
  FineRect() = default;
  FineRect(const Rect& whole)  // NOLINT: the conversion is exact, so it may be implicit
      : FineRect(Eighths({8 * whole.x, 8 * whole.y, 8 * whole.width, 8 * whole.height})) {}
  static FineRect Eighths(const Rect& eighths) {
    FineRect rect;
    rect.x = eighths.x;
    rect.y = eighths.y;
    rect.width = eighths.width;
    rect.height = eighths.height;
    return rect;
  }

  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  bool operator==(const FineRect&) const = default;
  // All pixels that the part covers wholly or in part.
  Rect Pixels() const {
    const int left = x / 8, top = y / 8;
    return {left, top, (x + width + 7) / 8 - left, (y + height + 7) / 8 - top};
  }
};

}  // namespace dataset

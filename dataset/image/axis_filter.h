#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace dataset {

enum class Filter {
  kArea,      // the mean of the source pixels that a target pixel covers
  kTriangle,  // linear; two target pixels wide if the side shrinks, so that it does not alias (Pillow's BILINEAR)
  kCubic,     // Keys' cubic with a = -0.75 (OpenCV's INTER_CUBIC); for a side that grows
};

enum class Mirror { kNo, kLeftRight };

// A table of weights that turns the pixels along one side of a picture into a side of another length. Target pixel i is
// the sum over k of weights(i)[k] * source pixel (first(i) + k), divided by 2^bits(). Sides have 1 ... 65500 pixels.
class AxisFilter {
 public:
  struct Spec {
    int pixels = 0;  // pixels of the source
    int begin = 0;   // where the shown part of the source begins, in eighths of a pixel
    int length = 0;  // length of the shown part, in eighths of a pixel
    int to = 0;      // pixels of the target
    Filter filter = Filter::kArea;
    Mirror mirror = Mirror::kNo;  // whether the target is mirrored
    int align = 1;                // 1 or 2; every first(i) is a multiple of it
    int group = 2;                // 2 or 4; taps() is a multiple of it
    bool operator==(const Spec&) const = default;
  };

  // Computes the table for `spec`; reuses the memory of the previous one.
  void Set(const Spec& spec);

  const Spec& spec() const { return spec_; }
  int size() const { return spec_.to; }
  // Whether every target pixel i is source pixel i.
  bool copies() const { return spec_.begin == 0 && spec_.length == 8 * spec_.to && spec_.mirror == Mirror::kNo; }
  int taps() const { return taps_; }  // weights stored for each target pixel
  int bits() const { return bits_; }  // 14 ... 16

  // The next three take i up to size() + 2, so that callers can work on four target pixels at a time; weights beyond
  // size() are 0.
  // The first source pixel that counts.
  int first(int i) const { return windows_[static_cast<size_t>(i)].first; }
  // The number of source pixels that count, at most those from first(i) to the end; all later weights are 0.
  int count(int i) const { return windows_[static_cast<size_t>(i)].count; }
  // taps() weights that add up to 2^bits(). Those of pixel i + 1 follow in memory.
  const int16_t* weights(int i) const { return weights_.data() + static_cast<size_t>(i) * static_cast<size_t>(taps_); }

 private:
  struct Window {
    int first = 0;
    int count = 0;
  };

  Spec spec_;
  int taps_ = 0;
  int bits_ = 0;
  std::vector<Window> windows_;
  std::vector<int16_t> weights_;
  std::vector<double> exact_;  // weights of one target pixel before they are rounded
};

}  // namespace dataset

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace dataset {

enum class Filter {
  kArea,      // the mean over the source that a target pixel covers
  kTriangle,  // linear; of a shrinking side as wide as two target pixels, so that it does not alias (Pillow's BILINEAR)
  kCubic,     // of a growing side: Keys' with a = -0.75 (OpenCV's INTER_CUBIC)
};

enum class Mirror { kNo, kLeftRight };

// How the pixels along one side of a picture become those of another length: target pixel i is the sum over k of
// weights(i)[k] * source pixel (first(i) + k), divided by 2^bits. Sides are 1 ... 65500.
class AxisFilter {
 public:
  struct Spec {
    int pixels = 0;  // of the source
    int begin = 0;   // of the part of them that is shown, in eighths of a pixel
    int length = 0;
    int to = 0;
    Filter filter = Filter::kArea;
    Mirror mirror = Mirror::kNo;  // of the target
    int align = 1;                // 1 or 2: all first[i] are multiples of it
    int group = 2;                // 2 or 4: taps() is a multiple of it
    bool operator==(const Spec&) const = default;
  };

  // Keeps its memory.
  void Set(const Spec& spec);

  const Spec& spec() const { return spec_; }
  int size() const { return spec_.to; }
  // Target pixel i is source pixel i.
  bool copies() const { return spec_.begin == 0 && spec_.length == 8 * spec_.to && spec_.mirror == Mirror::kNo; }
  int taps() const { return taps_; }
  int bits() const { return bits_; }  // 14 ... 16
  // All three also for some i beyond size(), so that four can be taken at a time; those weights are 0.
  int first(int i) const { return windows_[static_cast<size_t>(i)].first; }
  // All weights from here on are 0. Never more than the source has from first(i) on.
  int count(int i) const { return windows_[static_cast<size_t>(i)].count; }
  // taps() of them, behind those of i - 1; they add up to 2^bits().
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
  std::vector<double> exact_;  // of one target pixel
};

}  // namespace dataset

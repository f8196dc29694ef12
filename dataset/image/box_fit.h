#pragma once

#include <array>
#include <cstdint>

#include "dataset/image/image.h"
#include "dataset/image/resize.h"

namespace dataset {

enum class Fit {
  kShort,    // short side to `width`, aspect kept, never enlarged
  kCover,    // fill the box, what stands over is cut off evenly
  kContain,  // all of the picture in the box, the rest padded
  kStretch,  // to the box, aspect lost
};
constexpr auto EnumNames(Fit) {
  return NameTable<Fit, 4>{
      {{Fit::kShort, "short"}, {Fit::kCover, "cover"}, {Fit::kContain, "contain"}, {Fit::kStretch, "stretch"}}};
}

// The size of stored pictures (proto/FORMAT.md, section 4, Size).
struct BoxFit {
  uint32_t width = 0;  // of the box, or the short side; 0: the size is kept
  uint32_t height = 0;
  Fit fit = Fit::kShort;
  Interpolation interpolation = Interpolation::kAuto;
  std::array<uint8_t, 3> pad = {0, 0, 0};  // RGB, of kContain

  bool keeps_size() const { return width == 0; }
  bool fixed_size() const { return width != 0 && fit != Fit::kShort; }
};

// What becomes of one picture.
struct BoxPlacement {
  Rect part;     // of the upright picture: what is shown
  Size scaled;   // what it is resized to
  Size stored;   // the picture that is stored
  int left = 0;  // where the scaled part lies in it
  int top = 0;

  bool keeps(int width, int height) const { return stored == Size{width, height} && scaled == stored; }
};

// For an upright picture of width x height pixels, each at least 1.
BoxPlacement PlaceInBox(const BoxFit& box_fit, int width, int height);

// The padding of *picture around the placed part becomes `pad` (one channel: its luma).
void FillPadding(const BoxPlacement& placement, const std::array<uint8_t, 3>& pad, Image* picture);

}  // namespace dataset

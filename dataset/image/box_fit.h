#pragma once

#include <array>
#include <cstdint>

#include "dataset/image/image.h"
#include "dataset/image/resize.h"

namespace dataset {

enum class Fit {
  kShort,    // the short side becomes `width`; the aspect is kept; small pictures are not enlarged
  kCover,    // the picture fills the box; what stands over is cut off on both sides alike
  kContain,  // the whole picture lies in the box; the rest is padded
  kStretch,  // the picture becomes the box; the aspect is lost
};
constexpr auto EnumNames(Fit) {
  return NameTable<Fit, 4>{
      {{Fit::kShort, "short"}, {Fit::kCover, "cover"}, {Fit::kContain, "contain"}, {Fit::kStretch, "stretch"}}};
}

// How pictures are resized before they are stored (proto/FORMAT.md, section 4, "Size").
struct BoxFit {
  uint32_t width = 0;   // width of the box in pixels; kShort: the short side; 0: the size is kept
  uint32_t height = 0;  // height of the box in pixels
  Fit fit = Fit::kShort;
  Interpolation interpolation = Interpolation::kAuto;
  std::array<uint8_t, 3> pad = {0, 0, 0};  // RGB colour of kContain's padding

  bool keeps_size() const { return width == 0; }
  bool fixed_size() const { return width != 0 && fit != Fit::kShort; }
};

// How one picture is placed: `part` of it is resized to `scaled` and lies at (left, top) of the stored picture.
struct BoxPlacement {
  Rect part;  // in upright pixels
  Size scaled;
  Size stored;
  int left = 0;
  int top = 0;

  bool keeps(int width, int height) const { return stored == Size{width, height} && scaled == stored; }
};

// Places an upright picture of width x height pixels, each at least 1.
BoxPlacement PlaceInBox(const BoxFit& box_fit, int width, int height);

// Fills *picture, which has the stored size, with `pad` around the placed part; a grey picture gets the colour's luma.
void FillPadding(const BoxPlacement& placement, const std::array<uint8_t, 3>& pad, Image* picture);

}  // namespace dataset

#pragma once

#include <array>
#include <cstdint>

#include "dataset/augment/affine.h"
#include "dataset/base/enum_names.h"
#include "dataset/image/image.h"

namespace dataset {

// What is seen beyond the edges of a picture, with Keras' names. The comments show it for a row of pixels abcd.
enum class FillMode {
  kConstant,  // kkkk|abcd|kkkk  a colour
  kNearest,   // aaaa|abcd|dddd
  kReflect,   // dcba|abcd|dcba
  kWrap,      // abcd|abcd|abcd
};
constexpr auto EnumNames(FillMode) {
  return NameTable<FillMode, 4>{{{FillMode::kConstant, "constant"},
                                 {FillMode::kNearest, "nearest"},
                                 {FillMode::kReflect, "reflect"},
                                 {FillMode::kWrap, "wrap"}}};
}

struct Edges {
  FillMode mode = FillMode::kNearest;
  std::array<uint8_t, 3> colour{};  // RGB colour of kConstant; a grey picture shows its luma
};

// Writes width x height pixels of source.channels() bytes, HWC, to `out`. `map` takes the centre of each pixel to a
// point of `source`, which is cut to 1/2048 of a pixel and read by bilinear interpolation. A map that shrinks the
// picture aliases; PlanWarp avoids that. Points must lie within 2^30 pixels of the origin. Thread-safe.
void WarpImage(ImageView source, const Affine& map, const Edges& edges, int width, int height, uint8_t* out);

// How a warp reads a picture: `part` is resized to `scaled`, then WarpImage applies `map`.
struct WarpPlan {
  Rect part;    // all of the picture that the warp shows, including what FillMode brings in from beyond the edges
  Size scaled;  // not larger than the part, and so small that the map does not alias
  Affine map;   // maps points of the target to points of the scaled part
};

// Plans a warp to width x height pixels. `map` takes points of the target to points of a picture of the size `picture`.
WarpPlan PlanWarp(const Affine& map, FillMode mode, int width, int height, Size picture);

}  // namespace dataset

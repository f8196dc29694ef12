#pragma once

#include <array>
#include <cstdint>

#include "dataset/augment/affine.h"
#include "dataset/base/enum_names.h"
#include "dataset/image/image.h"

namespace dataset {

// What is seen beyond a picture's edges, by Keras' names; of a row abcd:
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
  std::array<uint8_t, 3> colour{};  // of kConstant; one channel: its luma
};

// Gives each pixel of `out`, width x height of source.channels() bytes, the bilinear value of `source` at the point
// that `map` makes of its centre, cut to 1/2048 of a pixel. Nothing is averaged where the map shrinks. The
// points lie within 2^30 pixels. Thread-safe.
void WarpImage(ImageView source, const Affine& map, const Edges& edges, int width, int height, uint8_t* out);

// What a warp to width x height pixels reads, and how.
struct WarpPlan {
  Rect part;    // of the picture: all that the warp sees, with what the edges fold back
  Size scaled;  // the part is first resized to this, without enlarging, so that nothing aliases
  Affine map;   // of the target's points to those of the scaled part
};

// For a `map` of the target's points to those of a picture of the size `picture`.
WarpPlan PlanWarp(const Affine& map, FillMode mode, int width, int height, Size picture);

}  // namespace dataset

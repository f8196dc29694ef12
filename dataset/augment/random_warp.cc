#include "dataset/augment/random_warp.h"

#include <cmath>
#include <numbers>

namespace dataset {
namespace {

double Radians(double degrees) { return degrees * std::numbers::pi / 180; }

}  // namespace

Affine WarpMap(const WarpDraw& draw, int size) {
  const double angle = Radians(draw.rotation), shear = Radians(draw.shear), centre = size / 2.0;
  const Affine rotated{std::cos(angle), std::sin(angle), 0, -std::sin(angle), std::cos(angle), 0};
  const Affine sheared{std::cos(shear), 0, 0, -std::sin(shear), 1, 0};
  return About({centre, centre}, Compose(Compose(rotated, Translation(draw.width_shift, draw.height_shift)),
                                         Compose(sheared, Scaling(draw.zoom_x, draw.zoom_y))));
}

}  // namespace dataset

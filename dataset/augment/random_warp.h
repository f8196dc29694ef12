#pragma once

#include "dataset/augment/affine.h"

namespace dataset {

// What Keras' ImageDataGenerator draws for one picture. Comments give its names; signs are its own.
struct WarpDraw {
  double rotation = 0;      // theta, degrees
  double height_shift = 0;  // tx, pixels
  double width_shift = 0;   // ty, pixels
  double shear = 0;         // degrees
  double zoom_y = 1;        // zx
  double zoom_x = 1;        // zy
};

// Returns the map from points of a square of `size` pixels a side to the points that they show: the matrix of Keras'
// apply_affine_transform about the square's centre, for (x, y) instead of (row, column).
Affine WarpMap(const WarpDraw& draw, int size);

}  // namespace dataset

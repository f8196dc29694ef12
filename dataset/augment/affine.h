#pragma once

namespace dataset {

struct Point {
  double x = 0;
  double y = 0;
};

// The map (x, y) -> (xx x + xy y + dx, yx x + yy y + dy). Coordinates are in pixels; their origin is the upper left
// corner of the first pixel, so that its centre is (0.5, 0.5). y points down.
struct Affine {
  double xx = 1, xy = 0, dx = 0;
  double yx = 0, yy = 1, dy = 0;

  Point operator()(double x, double y) const { return {xx * x + xy * y + dx, yx * x + yy * y + dy}; }
  bool operator==(const Affine&) const = default;
};

// Returns the map that applies `inner`, then `outer`: the product of their matrices.
Affine Compose(const Affine& outer, const Affine& inner);

Affine Translation(double dx, double dy);
Affine Scaling(double x, double y);
// Returns `map` with its origin moved to `centre`.
Affine About(Point centre, const Affine& map);

}  // namespace dataset

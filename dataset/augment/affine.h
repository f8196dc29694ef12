#pragma once

namespace dataset {

struct Point {
  double x = 0;
  double y = 0;
};

// The map (x, y) -> (xx x + xy y + dx, yx x + yy y + dy). Pictures' coordinates have their origin at the upper left
// corner of the first pixel, whose centre is (0.5, 0.5); y points down.
struct Affine {
  double xx = 1, xy = 0, dx = 0;
  double yx = 0, yy = 1, dy = 0;

  Point operator()(double x, double y) const { return {xx * x + xy * y + dx, yx * x + yy * y + dy}; }
  bool operator==(const Affine&) const = default;
};

// What `inner`, then `outer`, does: the product of their matrices.
Affine Compose(const Affine& outer, const Affine& inner);

Affine Translation(double dx, double dy);
Affine Scaling(double x, double y);
// `map` with `centre` as its origin.
Affine About(Point centre, const Affine& map);

}  // namespace dataset

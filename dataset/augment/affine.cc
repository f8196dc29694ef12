#include "dataset/augment/affine.h"

namespace dataset {

Affine Compose(const Affine& outer, const Affine& inner) {
  const Point origin = outer(inner.dx, inner.dy);
  return {outer.xx * inner.xx + outer.xy * inner.yx, outer.xx * inner.xy + outer.xy * inner.yy, origin.x,
          outer.yx * inner.xx + outer.yy * inner.yx, outer.yx * inner.xy + outer.yy * inner.yy, origin.y};
}

Affine Translation(double dx, double dy) { return {1, 0, dx, 0, 1, dy}; }

Affine Scaling(double x, double y) { return {x, 0, 0, 0, y, 0}; }

Affine About(Point centre, const Affine& map) {
  return Compose(Translation(centre.x, centre.y), Compose(map, Translation(-centre.x, -centre.y)));
}

}  // namespace dataset

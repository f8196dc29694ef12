#include "dataset/image/orientation.h"

#include <cassert>
#include <cstddef>
#include <cstdint>

namespace dataset {
namespace {

// An orientation says how the upright picture reads the stored one: whether its rows are columns, and whether x and y
// run backwards.
bool Transposes(int orientation) { return orientation >= 5; }
bool MirrorsX(int orientation) { return orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8; }
bool MirrorsY(int orientation) { return orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7; }

template <int channels>
void CopyOriented(const Image& stored, int orientation, Image* upright) {
  const ptrdiff_t stride = static_cast<ptrdiff_t>(stored.stride());
  const bool mirror_x = MirrorsX(orientation), mirror_y = MirrorsY(orientation);
  const ptrdiff_t step_x = mirror_x ? -channels : channels;
  const ptrdiff_t step_y = mirror_y ? -stride : stride;
  const ptrdiff_t step_column = Transposes(orientation) ? step_y : step_x;
  const ptrdiff_t step_row = Transposes(orientation) ? step_x : step_y;
  const ptrdiff_t start =
      (mirror_x ? (stored.width() - 1) * channels : 0) + (mirror_y ? (stored.height() - 1) * stride : 0);
  for (int y = 0; y < upright->height(); ++y) {
    uint8_t* out = upright->row(y);
    for (int x = 0; x < upright->width(); ++x, out += channels) {
      const uint8_t* in = stored.data() + start + y * step_row + x * step_column;
      for (int c = 0; c < channels; ++c) out[c] = in[c];
    }
  }
}

}  // namespace

Rect ToStored(const Rect& upright, int orientation, int width, int height) {
  Rect stored = upright;
  if (Transposes(orientation)) stored = {upright.y, upright.x, upright.height, upright.width};
  if (MirrorsX(orientation)) stored.x = width - stored.x - stored.width;
  if (MirrorsY(orientation)) stored.y = height - stored.y - stored.height;
  return stored;
}

Rect ToUpright(const Rect& stored, int orientation, int width, int height) {
  Rect upright = stored;
  if (MirrorsX(orientation)) upright.x = width - stored.x - stored.width;
  if (MirrorsY(orientation)) upright.y = height - stored.y - stored.height;
  if (Transposes(orientation)) upright = {upright.y, upright.x, upright.height, upright.width};
  return upright;
}

void ApplyOrientation(const Image& stored, int orientation, Image* upright) {
  assert(&stored != upright && orientation >= 1 && orientation <= 8);
  const bool transposes = Transposes(orientation);
  upright->Reset(transposes ? stored.width() : stored.height(), transposes ? stored.height() : stored.width(),
                 stored.channels());
  if (stored.channels() == 3) {
    CopyOriented<3>(stored, orientation, upright);
  } else {
    CopyOriented<1>(stored, orientation, upright);
  }
}

}  // namespace dataset

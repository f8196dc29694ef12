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

uint32_t LoadInteger(std::string_view bytes, size_t offset, size_t size, bool big_endian) {
  uint32_t value = 0;
  for (size_t i = 0; i < size; ++i) {
    const size_t place = offset + (big_endian ? i : size - 1 - i);
    value = value << 8 | static_cast<uint8_t>(bytes[place]);
  }
  return value;
}

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

int ParseExifOrientation(std::string_view exif) {
  constexpr size_t kHeader = 8, kEntry = 12;
  constexpr uint32_t kOrientationTag = 0x0112, kShort = 3;
  if (exif.size() < kHeader) return 1;
  const bool big_endian = exif.starts_with(std::string_view("MM\0*", 4));
  if (!big_endian && !exif.starts_with(std::string_view("II*\0", 4))) return 1;
  const uint64_t directory = LoadInteger(exif, 4, 4, big_endian);
  if (directory + 2 > exif.size()) return 1;
  const uint32_t entries = LoadInteger(exif, directory, 2, big_endian);
  for (uint32_t i = 0; i < entries; ++i) {
    const size_t entry = directory + 2 + i * kEntry;
    if (entry + kEntry > exif.size()) return 1;
    if (LoadInteger(exif, entry, 2, big_endian) != kOrientationTag) continue;
    if (LoadInteger(exif, entry + 2, 2, big_endian) != kShort) return 1;
    if (LoadInteger(exif, entry + 4, 4, big_endian) != 1) return 1;
    const uint32_t value = LoadInteger(exif, entry + 8, 2, big_endian);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

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

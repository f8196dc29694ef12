#include "dataset/resampler.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <vector>

#include "dataset/row_kernels.h"

namespace dataset {
namespace {

// Down first: those sums run along whole rows, and what they make of a target row is still in the cache for the others.
class Resampler {
 public:
  // Writes row y of the result to place(y), then calls done(y).
  template <typename Place, typename Done>
  void Run(const Image& source, const FineRect& from, const Resampling& resampling, const Place& place,
           const Done& done) {
    const Rect pixels = from.Pixels();
    assert(from.x >= 0 && from.y >= 0 && from.width > 0 && from.height > 0);
    assert(pixels.x + pixels.width <= source.width() && pixels.y + pixels.height <= source.height());
    const int channels = source.channels();
    const size_t values = static_cast<size_t>(pixels.width) * static_cast<size_t>(channels);
    down_.Set({pixels.height, from.y % 8, from.height, resampling.size.height, resampling.down});
    across_.Set({pixels.width, from.x % 8, from.width, resampling.size.width, resampling.across, resampling.mirror, 2});
    Grow(values + RowMargin(across_), &row_);
    Grow(PairedRowSize(pixels.width, across_), &paired_);
    const auto row = [&](int y) { return source.row(pixels.y + y) + pixels.x * channels; };
    for (int y = 0; y < resampling.size.height; ++y) {
      uint8_t* out = place(y);
      if (across_.copies() && down_.copies()) {
        std::memcpy(out, row(y), values);
      } else {
        BlendRows(row(down_.first(y)), source.stride(), down_, y, values, row_.data());
        if (across_.copies()) {
          RoundRow(row_.data(), values, out);
        } else {
          BlendColumns(row_.data(), pixels.width, channels, across_, paired_.data(), out);
        }
      }
      done(y);
    }
  }

 private:
  static void Grow(size_t size, std::vector<int16_t>* scratch) { scratch->resize(std::max(scratch->size(), size)); }

  AxisFilter down_, across_;
  std::vector<int16_t> row_, paired_;
};

thread_local Resampler resampler;

}  // namespace

void ResampleToBytes(const Image& source, const FineRect& from, const Resampling& resampling, uint8_t* out,
                     size_t stride) {
  resampler.Run(
      source, from, resampling, [&](int y) { return out + static_cast<size_t>(y) * stride; }, [](int) {});
}

void ResampleToPlanes(const Image& source, const FineRect& from, const Resampling& resampling, const PlaneScale& scale,
                      float* out) {
  thread_local std::vector<uint8_t> row;
  const size_t width = static_cast<size_t>(resampling.size.width);
  const size_t plane = width * static_cast<size_t>(resampling.size.height);
  row.resize(width * static_cast<size_t>(source.channels()));
  resampler.Run(
      source, from, resampling, [&](int) { return row.data(); },
      [&](int y) {
        SpreadRow(row.data(), width, source.channels(), scale, out + static_cast<size_t>(y) * width, plane);
      });
}

void SpreadToPlanes(const uint8_t* pixels, Size size, int channels, const PlaneScale& scale, float* out) {
  const size_t pixel_count = static_cast<size_t>(size.width) * static_cast<size_t>(size.height);
  SpreadRow(pixels, pixel_count, channels, scale, out, pixel_count);
}

}  // namespace dataset

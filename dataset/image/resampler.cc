#include "dataset/image/resampler.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <vector>

#include "dataset/image/row_kernels.h"

namespace dataset {
namespace {

// Keeps the last two tables, since the luma and chroma planes of pictures of one size take turns.
class FilterCache {
 public:
  // The result is valid until the call after the next one.
  const AxisFilter& Get(const AxisFilter::Spec& spec) {
    for (const AxisFilter& filter : filters_) {
      if (filter.spec() == spec) return filter;
    }
    last_ = 1 - last_;
    filters_[last_].Set(spec);
    return filters_[last_];
  }

 private:
  std::array<AxisFilter, 2> filters_;
  size_t last_ = 0;
};

// Resizes columns first: their sums run along whole rows, and the row that they make is still in the processor's cache
// when it is resized across.
class Resampler {
 public:
  void Run(ImageView source, const FineRect& from, const Resampling& resampling, uint8_t* out, size_t stride) {
    const Rect pixels = from.Pixels();
    assert(from.x >= 0 && from.y >= 0 && from.width > 0 && from.height > 0);
    assert(pixels.x + pixels.width <= source.width() && pixels.y + pixels.height <= source.height());
    const int channels = source.channels();
    const size_t values = static_cast<size_t>(pixels.width) * static_cast<size_t>(channels);
    const AxisFilter& down =
        down_.Get({pixels.height, from.y % 8, from.height, resampling.size.height, resampling.down});
    const int align = channels == 1 ? 1 : 2, group = channels == 1 ? 4 : 2;
    const AxisFilter& across = across_.Get({pixels.width, from.x % 8, from.width, resampling.size.width,
                                            resampling.across, resampling.mirror, align, group});
    Grow(values + RowMargin(across), &row_);
    Grow(PairedRowSize(pixels.width, across), &paired_);
    const auto row = [&](int y) { return source.row(pixels.y + y) + pixels.x * channels; };
    for (int y = 0; y < resampling.size.height; ++y, out += stride) {
      if (across.copies() && down.copies()) {
        std::memcpy(out, row(y), values);
      } else {
        BlendRows(row(down.first(y)), source.stride(), down, y, values, row_.data());
        if (across.copies()) {
          RoundRow(row_.data(), values, out);
        } else {
          BlendColumns(row_.data(), pixels.width, channels, across, paired_.data(), out);
        }
      }
    }
  }

 private:
  static void Grow(size_t size, std::vector<int16_t>* scratch) { scratch->resize(std::max(scratch->size(), size)); }

  FilterCache down_, across_;
  std::vector<int16_t> row_, paired_;
};

thread_local Resampler resampler;

}  // namespace

void ResampleToBytes(ImageView source, const FineRect& from, const Resampling& resampling, uint8_t* out,
                     size_t stride) {
  resampler.Run(source, from, resampling, out, stride);
}

void SpreadToPlanes(const uint8_t* pixels, Size size, int channels, const PlaneScale& scale, float* out) {
  const size_t pixel_count = static_cast<size_t>(size.width) * static_cast<size_t>(size.height);
  SpreadRow(pixels, pixel_count, channels, scale, out, pixel_count);
}

}  // namespace dataset

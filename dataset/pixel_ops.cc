#include "dataset/pixel_ops.h"

#include <algorithm>
#include <cmath>

#include "dataset/color.h"

namespace dataset {
namespace {

uint8_t ToByte(double value) { return static_cast<uint8_t>(std::clamp(std::floor(value + 0.5), 0.0, 255.0)); }

// A picture whose last changes may still lie in tables, one byte to byte for each channel, that are not yet applied.
class Picture {
 public:
  Picture(int width, int height, int channels, uint8_t* pixels)
      : channels_(static_cast<size_t>(channels)),
        pixels_(pixels, static_cast<size_t>(width) * static_cast<size_t>(height) * channels_) {
    ResetTables();
  }

  void Apply(const PixelOp& op) {
    switch (op.kind) {
      case PixelOpKind::kBrightness:
        MoveFrom(0, op.value[0]);
        return;
      case PixelOpKind::kContrast:
        MoveFrom(MeanGrey(), op.value[0]);
        return;
      case PixelOpKind::kSaturation:
        if (channels_ == 3) Saturate(op.value[0], Settled());
        return;
      case PixelOpKind::kHue:
        if (channels_ == 3) RotateHue(op.value[0], Settled());
        return;
    }
  }

  // The pixels, once the tables are applied.
  std::span<uint8_t> Settled() {
    if (!pending_) return pixels_;
    if (channels_ == 1) {
      for (uint8_t& value : pixels_) value = tables_[0][value];
    } else {
      for (size_t i = 0; i < pixels_.size(); i += 3) {
        for (size_t c = 0; c < 3; ++c) pixels_[i + c] = tables_[c][pixels_[i + c]];
      }
    }
    ResetTables();
    return pixels_;
  }

 private:
  using Table = std::array<uint8_t, 256>;

  void ResetTables() {
    for (Table& table : tables_) {
      for (size_t i = 0; i < table.size(); ++i) table[i] = static_cast<uint8_t>(i);
    }
    pending_ = false;
  }

  // `change` maps (channel, byte) to a byte.
  template <typename Change>
  void Then(const Change& change) {
    for (size_t c = 0; c < channels_; ++c) {
      Table next;
      for (int i = 0; i < 256; ++i) next[static_cast<size_t>(i)] = change(c, i);
      for (uint8_t& value : tables_[c]) value = next[value];
    }
    pending_ = true;
  }

  // Every value's distance from `anchor` times `factor`.
  void MoveFrom(double anchor, double factor) {
    Then([=](size_t, int byte) { return ToByte(anchor + factor * (byte - anchor)); });
  }

  double MeanGrey() const {
    uint64_t sum = 0;
    if (channels_ == 1) {
      for (const uint8_t value : pixels_) sum += tables_[0][value];
    } else {
      for (size_t i = 0; i < pixels_.size(); i += 3) {
        sum += Luma(tables_[0][pixels_[i]], tables_[1][pixels_[i + 1]], tables_[2][pixels_[i + 2]]);
      }
    }
    return static_cast<double>(sum) * static_cast<double>(channels_) / static_cast<double>(pixels_.size());
  }

  const size_t channels_;
  const std::span<uint8_t> pixels_;
  std::array<Table, 3> tables_;
  bool pending_ = false;
};

}  // namespace

void ApplyPixelOps(std::span<const PixelOp> ops, int width, int height, int channels, uint8_t* pixels) {
  if (ops.empty()) return;
  Picture picture(width, height, channels, pixels);
  for (const PixelOp& op : ops) picture.Apply(op);
  picture.Settled();
}

}  // namespace dataset

#include "dataset/augment/pixel_ops.h"

#include <algorithm>
#include <cmath>

#include "dataset/augment/blur.h"
#include "dataset/image/color.h"

namespace dataset {
namespace {

uint8_t ToByte(double value) { return static_cast<uint8_t>(std::clamp(std::floor(value + 0.5), 0.0, 255.0)); }

// A picture and, for each channel, a table of bytes that is not applied to the pixels yet: the latest changes.
class Picture {
 public:
  Picture(int width, int height, int channels, uint8_t* pixels)
      : width_(width),
        height_(height),
        channels_(static_cast<size_t>(channels)),
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
      case PixelOpKind::kSharpness:
        Sharpen(op.value[0], width_, height_, channels(), Settled().data());
        return;
      case PixelOpKind::kShift:
        Shift(op.value[0]);
        return;
      case PixelOpKind::kLighting:
        if (channels_ == 3) Then([&op](size_t c, int byte) { return ToByte(byte + op.value[c]); });
        return;
      case PixelOpKind::kGrey:
        if (channels_ == 3) Saturate(0, Settled());
        return;
      case PixelOpKind::kBlur:
        Blur(op.value[0], width_, height_, channels(), Settled().data());
        return;
      case PixelOpKind::kPosterize:
        Then([kept = 0xff00 >> static_cast<int>(op.value[0])](size_t, int byte) {
          return static_cast<uint8_t>(byte & kept);
        });
        return;
      case PixelOpKind::kSolarize:
        Then([&op](size_t, int byte) { return static_cast<uint8_t>(byte < op.value[0] ? byte : 255 - byte); });
        return;
      case PixelOpKind::kAutoContrast:
        StretchContrast();
        return;
      case PixelOpKind::kEqualize:
        Equalize();
        return;
    }
  }

  // Applies the tables and returns the pixels.
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
  using Histogram = std::array<uint32_t, 256>;

  int channels() const { return static_cast<int>(channels_); }

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

  // Multiplies every value's distance from `anchor` by `factor`.
  void MoveFrom(double anchor, double factor) {
    Then([=](size_t, int byte) { return ToByte(anchor + factor * (byte - anchor)); });
  }

  void Shift(double levels) {
    double least = 255, most = 0;
    for (const uint8_t* value = pixels_.data(); value != pixels_.data() + pixels_.size();) {
      for (size_t c = 0; c < channels_; ++c, ++value) {
        least = std::min<double>(least, tables_[c][*value]);
        most = std::max<double>(most, tables_[c][*value]);
      }
    }
    Then([=](size_t, int byte) { return ToByte(std::clamp(byte + levels, least, most)); });
  }

  void StretchContrast() {
    std::array<int, 3> least{}, most{};
    for (size_t c = 0; c < channels_; ++c) {
      const Histogram counts = Count(c);
      const auto found = [](uint32_t count) { return count > 0; };
      least[c] = static_cast<int>(std::find_if(counts.begin(), counts.end(), found) - counts.begin());
      most[c] = 255 - static_cast<int>(std::find_if(counts.rbegin(), counts.rend(), found) - counts.rbegin());
    }
    Then([&](size_t c, int byte) {
      return most[c] > least[c] ? ToByte((byte - least[c]) * 255.0 / (most[c] - least[c])) : static_cast<uint8_t>(byte);
    });
  }

  void Equalize() {
    std::array<Table, 3> flat;
    for (size_t c = 0; c < channels_; ++c) {
      const Histogram counts = Count(c);
      const uint32_t of_last = *std::find_if(counts.rbegin(), counts.rend(), [](uint32_t count) { return count > 0; });
      const uint32_t step = (static_cast<uint32_t>(pixels_.size() / channels_) - of_last) / 255;
      uint32_t sum = step / 2;
      for (size_t i = 0; i < 256; ++i) {
        flat[c][i] = static_cast<uint8_t>(step == 0 ? i : std::min<uint32_t>(sum / step, 255));
        sum += counts[i];
      }
    }
    Then([&](size_t c, int byte) { return flat[c][static_cast<size_t>(byte)]; });
  }

  Histogram Count(size_t channel) const {
    Histogram counts{};
    for (size_t i = channel; i < pixels_.size(); i += channels_) ++counts[tables_[channel][pixels_[i]]];
    return counts;
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

  const int width_, height_;
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

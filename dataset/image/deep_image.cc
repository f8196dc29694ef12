#include "dataset/image/deep_image.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <string>
#include <type_traits>

#include "dataset/base/error.h"

namespace dataset {
namespace {

// Calls visit(pointer to the first value).
template <typename Visit>
void VisitValues(const DeepImage& deep, const Visit& visit) {
  switch (deep.type()) {
    case DeepImage::Type::kUint16:
      return visit(reinterpret_cast<const uint16_t*>(deep.data()));
    case DeepImage::Type::kInt16:
      return visit(reinterpret_cast<const int16_t*>(deep.data()));
    case DeepImage::Type::kFloat32:
      return visit(reinterpret_cast<const float*>(deep.data()));
  }
}

[[noreturn]] void RefuseNoNumbers() { throw Error("holds no finite number: all values are NaN or infinite"); }

Depth Resolve(const DeepImage& deep, const Depth& depth) {
  if (depth.kind == Depth::Kind::kRange) return depth;
  if (depth.kind == Depth::Kind::kOwn) {
    const ValueExtent extent = ExtentOf(deep);
    if (extent.empty()) RefuseNoNumbers();
    return Depth::Range(extent.low, std::max(extent.high, std::nextafter(extent.low, HUGE_VAL)));
  }
  if (deep.type() != DeepImage::Type::kUint16) {
    if (ExtentOf(deep).empty()) RefuseNoNumbers();
    throw Error(std::string(deep.type() == DeepImage::Type::kFloat32 ? "floats" : "signed integers") +
                ", which become bytes only by a range of values: dscompile's option `depth`");
  }
  return Depth::Bits(16);
}

}  // namespace

void DeepImage::Reset(int height, int width, int channels, Type type) {
  assert(height > 0 && width > 0 && (channels == 1 || channels == 3));
  height_ = height;
  width_ = width;
  channels_ = channels;
  type_ = type;
  inverted = false;
  memory_.reset(new uint8_t[static_cast<size_t>(height) * stride()]);
}

void ValueExtent::Add(const ValueExtent& other) {
  if (other.empty()) return;
  *this = empty() ? other : ValueExtent{std::min(low, other.low), std::max(high, other.high)};
}

ValueExtent ExtentOf(const DeepImage& deep) {
  ValueExtent extent;
  VisitValues(deep, [&](const auto* values) {
    auto low = std::numeric_limits<std::decay_t<decltype(*values)>>::max();
    auto high = std::numeric_limits<std::decay_t<decltype(*values)>>::lowest();
    for (size_t i = 0; i < deep.values(); ++i) {
      if (!std::isfinite(static_cast<float>(values[i]))) continue;
      low = std::min(low, values[i]);
      high = std::max(high, values[i]);
    }
    if (low <= high) extent = {static_cast<double>(low), static_cast<double>(high)};
  });
  return extent;
}

void AppendValues(const DeepImage& deep, size_t count, std::vector<float>* values) {
  const size_t n = deep.values(), taken = std::min(count, n);
  VisitValues(deep, [&](const auto* all) {
    for (size_t i = 0; i < taken; ++i) {
      const size_t at = i * n / taken;
      const auto value = static_cast<float>(all[at]);
      if (std::isfinite(value)) values->push_back(value);
    }
  });
}

bool ToBytes(const DeepImage& deep, const Depth& depth, Image* out) {
  const Depth range = Resolve(deep, depth);
  const double low = range.low, high = range.high, scale = 256 / (high - low);
  const uint8_t invert = deep.inverted ? 0xff : 0;
  out->Reset(deep.height(), deep.width(), deep.channels());
  size_t outside = 0;
  VisitValues(deep, [&](const auto* values) {
    uint8_t* const bytes = out->data();
    for (size_t i = 0; i < deep.values(); ++i) {
      const double value = values[i], level = (value - low) * scale;
      outside += value >= low && value <= high ? 0 : 1;
      bytes[i] = static_cast<uint8_t>(level >= 0 ? std::min(level, 255.0) : 0.0) ^ invert;
    }
  });
  if (outside == deep.values() && ExtentOf(deep).empty()) RefuseNoNumbers();
  return outside > 0;
}

}  // namespace dataset

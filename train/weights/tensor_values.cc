#include "train/weights/tensor_values.h"

#include <bit>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <optional>

#include "dataset/base/error.h"
#include "train/weights/quote.h"

namespace train {
namespace {

struct Fault {
  uint64_t index;
  double value;
};

double OfHalf(uint16_t bits) {
  constexpr int kInfinity = 31;
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  double value = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  if (exponent == kInfinity) value = fraction == 0 ? HUGE_VAL : std::nan("");
  return bits >> 15 != 0 ? -value : value;
}

double OfBFloat(uint16_t bits) { return static_cast<double>(std::bit_cast<float>(static_cast<uint32_t>(bits) << 16)); }

template <typename Number>
double OfNumber(Number number) {
  return static_cast<double>(number);
}

template <typename Stored>
std::optional<Fault> FirstFault(std::string_view bytes, AllowedValues allowed, double (*value_of)(Stored)) {
  constexpr double kLargest = std::numeric_limits<float>::max();
  for (uint64_t i = 0; i < bytes.size() / sizeof(Stored); ++i) {
    Stored stored;
    std::memcpy(&stored, bytes.data() + i * sizeof(Stored), sizeof(Stored));
    const double value = value_of(stored);
    const bool good = std::abs(value) <= kLargest && (allowed == AllowedValues::kFinite || value >= 0);
    if (!good) return Fault{i, value};
  }
  return std::nullopt;
}

std::optional<Fault> FirstFault(const TensorView& tensor, AllowedValues allowed) {
  switch (tensor.dtype) {
    case DType::kFloat32:
      return FirstFault(tensor.bytes, allowed, OfNumber<float>);
    case DType::kFloat16:
      return FirstFault(tensor.bytes, allowed, OfHalf);
    case DType::kBFloat16:
      return FirstFault(tensor.bytes, allowed, OfBFloat);
    case DType::kFloat64:
      return FirstFault(tensor.bytes, allowed, OfNumber<double>);
    case DType::kInt64:
      return FirstFault(tensor.bytes, allowed, OfNumber<int64_t>);
    case DType::kInt32:
      return FirstFault(tensor.bytes, allowed, OfNumber<int32_t>);
    case DType::kInt16:
      return FirstFault(tensor.bytes, allowed, OfNumber<int16_t>);
    case DType::kInt8:
      return FirstFault(tensor.bytes, allowed, OfNumber<int8_t>);
    case DType::kUint8:
    case DType::kBool:
      return std::nullopt;
  }
  return std::nullopt;
}

std::string Describe(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return "infinite";
  char text[32];
  std::snprintf(text, sizeof(text), "%g", value);
  return text;
}

}  // namespace

void CheckValues(const TensorView& tensor, AllowedValues allowed, const std::string& file) {
  const std::optional<Fault> fault = FirstFault(tensor, allowed);
  if (!fault) return;
  const bool negative = std::abs(fault->value) <= static_cast<double>(std::numeric_limits<float>::max());
  throw dataset::Error(file, "tensor " + Quote(tensor.name) + " is spoilt: its value " + std::to_string(fault->index) +
                                 " is " + Describe(fault->value) +
                                 (negative ? ", but a variance is never negative" : ", which no float32 may be") +
                                 "; take a file from before that");
}

}  // namespace train

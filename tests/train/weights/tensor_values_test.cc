#include "train/weights/tensor_values.h"

#include <cmath>
#include <limits>

#include "dataset/base/error.h"
#include "tests/testing/testing.h"
#include "tests/train/weights/fixtures.h"

namespace train {
namespace {

using testing::BytesOf;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity(),
                kLargest = std::numeric_limits<float>::max();

struct Case {
  DType dtype;
  std::string bytes;
  const char* message;  // behind "FILE: tensor 'w' is spoilt: its "
};

TensorView ViewOf(const Case& test) {
  return {"w", test.dtype, {static_cast<int64_t>(test.bytes.size() / DTypeBytes(test.dtype))}, test.bytes};
}

const Case kNotFinite[] = {
    {DType::kFloat32, BytesOf<float>({0, 1, kNan}), "value 2 is NaN, which no float32 may be"},
    {DType::kFloat32, BytesOf<float>({-kNan, 1}), "value 0 is NaN"},
    {DType::kFloat32, BytesOf<float>({0, kInfinity}), "value 1 is infinite"},
    {DType::kFloat32, BytesOf<float>({-kInfinity}), "value 0 is infinite"},
    // Halves: the exponent 31.
    {DType::kFloat16, BytesOf<uint16_t>({0x3c00, 0x7c00}), "value 1 is infinite"},
    {DType::kFloat16, BytesOf<uint16_t>({0xfc00}), "value 0 is infinite"},
    {DType::kFloat16, BytesOf<uint16_t>({0x7c01}), "value 0 is NaN"},
    {DType::kFloat16, BytesOf<uint16_t>({0xffff}), "value 0 is NaN"},
    {DType::kBFloat16, BytesOf<uint16_t>({0x3f80, 0x7f80}), "value 1 is infinite"},
    {DType::kBFloat16, BytesOf<uint16_t>({0xff80}), "value 0 is infinite"},
    {DType::kBFloat16, BytesOf<uint16_t>({0x7fc0}), "value 0 is NaN"},
    {DType::kFloat64, BytesOf<double>({1, std::nan("")}), "value 1 is NaN"},
    {DType::kFloat64, BytesOf<double>({HUGE_VAL}), "value 0 is infinite"},
    // Finite, but not once it is a float32.
    {DType::kFloat64, BytesOf<double>({1e39}), "value 0 is 1e+39, which no float32 may be"},
    {DType::kFloat64, BytesOf<double>({-1e300}), "value 0 is -1e+300"},
};

const Case kNegative[] = {
    {DType::kFloat32, BytesOf<float>({1, -0.5f}), "value 1 is -0.5, but a variance is never negative"},
    {DType::kFloat32, BytesOf<float>({-1e-30f}), "value 0 is -1e-30"},
    {DType::kFloat16, BytesOf<uint16_t>({0xbc00}), "value 0 is -1"},
    {DType::kFloat16, BytesOf<uint16_t>({0x8001}), "value 0 is -5.96046e-08"},
    {DType::kBFloat16, BytesOf<uint16_t>({0xbf80}), "value 0 is -1"},
    {DType::kFloat64, BytesOf<double>({-2}), "value 0 is -2"},
    {DType::kInt64, BytesOf<int64_t>({0, -3}), "value 1 is -3"},
    {DType::kInt32, BytesOf<int32_t>({-3}), "value 0 is -3"},
    {DType::kInt16, BytesOf<int16_t>({-3}), "value 0 is -3"},
    {DType::kInt8, BytesOf<int8_t>({-3}), "value 0 is -3"},
};

const Case kGood[] = {
    {DType::kFloat32, BytesOf<float>({0, -0.0f, kLargest, 1e-45f}), ""},
    {DType::kFloat16, BytesOf<uint16_t>({0, 0x8000, 0x7bff, 1, 0x3c00}), ""},
    {DType::kBFloat16, BytesOf<uint16_t>({0, 0x8000, 0x7f7f, 1}), ""},
    {DType::kFloat64, BytesOf<double>({0, static_cast<double>(kLargest), 1e-300}), ""},
    {DType::kInt64, BytesOf<int64_t>({INT64_MAX}), ""},
    {DType::kUint8, BytesOf<uint8_t>({255}), ""},
    {DType::kBool, BytesOf<uint8_t>({1}), ""},
    {DType::kFloat32, "", ""},
};

void ExpectRefused(const Case& test, AllowedValues allowed) {
  const std::string error = testing::ErrorOf([&] { CheckValues(ViewOf(test), allowed, "f.pth"); });
  EXPECT_TRUE(error.starts_with(std::string("f.pth: tensor 'w' is spoilt: its ") + test.message)) << error;
}

TEST(TensorValuesTest, WhatIsNotFiniteIsRefused) {
  for (const Case& test : kNotFinite) {
    ExpectRefused(test, AllowedValues::kFinite);
    ExpectRefused(test, AllowedValues::kNotNegative);
  }
}

TEST(TensorValuesTest, NegativeVariancesAreRefused) {
  for (const Case& test : kNegative) {
    ExpectRefused(test, AllowedValues::kNotNegative);
    CheckValues(ViewOf(test), AllowedValues::kFinite, "f.pth");
  }
}

TEST(TensorValuesTest, AllOthersPass) {
  for (const Case& test : kGood) {
    CheckValues(ViewOf(test), AllowedValues::kFinite, "f.pth");
    CheckValues(ViewOf(test), AllowedValues::kNotNegative, "f.pth");
  }
}

// Tensors of a .pth may lie at any address.
TEST(TensorValuesTest, AnyAlignmentWill) {
  const std::string bytes = "x" + BytesOf<float>({1, kNan});
  const TensorView view{"w", DType::kFloat32, {2}, std::string_view(bytes).substr(1)};
  EXPECT_THROW(CheckValues(view, AllowedValues::kFinite, "f"), dataset::Error);
}

}  // namespace
}  // namespace train

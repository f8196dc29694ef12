#include "train/weights/h5_index.h"

#include <gtest/gtest.h>

#include "dataset/base/error.h"
#include "tests/train/weights/fixtures.h"

namespace train {
namespace {

using namespace std::string_literals;
using testing::ErrorOf;
using testing::H5Entry;
using testing::H5IndexHead;
using testing::H5String;

const std::string kFile = "0123456789abcdef";

TEST(H5IndexTest, TensorsLieInTheFileOrBelowTheIndex) {
  const std::string answer = H5IndexHead(4) + H5Entry("conv", "conv/kernel:0", "F32", {1, 2}, 8) +
                             H5Entry("conv", "conv/bias:0", "F16", {2}, std::nullopt) +
                             H5Entry("norm", "norm/count:0", "I8", {}, std::nullopt) +
                             H5Entry("norm", "norm/mean:0", "F32", {0, 3}, 16) + "ABCD" + "E";
  const std::vector<H5Tensor> tensors = ReadH5Index(answer, kFile, "x.h5");
  ASSERT_EQ(tensors.size(), 4u);
  EXPECT_EQ(tensors[0].layer, "conv");
  EXPECT_EQ(tensors[0].weight, "conv/kernel:0");
  EXPECT_EQ(tensors[0].dtype, DType::kFloat32);
  EXPECT_EQ(tensors[0].shape, (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(tensors[0].bytes, "89abcdef");
  EXPECT_EQ(tensors[1].bytes, "ABCD");
  EXPECT_EQ(tensors[2].bytes, "E");
  EXPECT_EQ(tensors[3].bytes, "");
}

TEST(H5IndexTest, RefusesWhatCannotBe) {
  constexpr int64_t kHuge = int64_t{1} << 40;
  const std::string good = H5Entry("a", "a/b", "I8", {2}, 0);
  const struct {
    std::string answer;
    const char* message;
  } kCases[] = {
      {"", "ends too early"},
      {"H5INDEX", "ends too early"},
      {"H5INDEX2\0\0\0\0"s, "is no index"},
      {"H5INDEX1\0\0\0"s, "ends too early"},
      {H5IndexHead(1), "ends too early"},
      {H5IndexHead(2) + good, "ends too early"},
      {H5IndexHead(0xffffffff) + good, "4294967295 tensors"},
      {H5IndexHead(65537) + good, "65537 tensors"},
      {H5IndexHead(0) + good, "has bytes behind the last tensor"},
      {H5IndexHead(1) + good + "x", "has bytes behind the last tensor"},
      {H5IndexHead(1) + good.substr(0, good.size() - 1), "ends too early"},
      {H5IndexHead(1) + H5String(std::string(4097, 'x')) + good, "a name of 4097 bytes"},
      {H5IndexHead(1) + "\xff\xff\xff\xff" + good, "a name of 4294967295 bytes"},
      {H5IndexHead(1) + "\x10\0\0\0a"s, "ends too early"},
      {H5IndexHead(1) + H5Entry("a", "b", "F8", {2}, 0), "unknown type 'F8'"},
      {H5IndexHead(1) + H5Entry("a", "b", "", {2}, 0), "unknown type ''"},
      {H5IndexHead(1) + H5Entry("a", "b", "I8", std::vector<int64_t>(33, 1), 0), "33 dimensions"},
      {H5IndexHead(1) + H5Entry("a", "b", "I8", {-1}, 0), "impossible shape"},
      {H5IndexHead(1) + H5Entry("a", "b", "I8", {kHuge, kHuge}, 0), "impossible shape"},
      {H5IndexHead(1) + H5Entry("a", "b", "F64", {INT64_MAX}, 0), "impossible shape"},
      {H5IndexHead(1) + H5Entry("a", "b", "I8", {INT64_MAX}, 0), "reaches beyond the end of the file"},
      {H5IndexHead(1) + H5Entry("a", "b", "I8", {17}, 0), "reaches beyond the end of the file"},
      {H5IndexHead(1) + H5Entry("a", "b", "I8", {1}, 16), "reaches beyond the end of the file"},
      {H5IndexHead(1) + H5Entry("a", "b", "I8", {0}, 17), "reaches beyond the end of the file"},
      {H5IndexHead(1) + H5Entry("a", "b", "I8", {2}, UINT64_MAX), "reaches beyond the end of the file"},
      {H5IndexHead(1) + H5Entry("a", "b", "I8", {2}, std::nullopt) + "x", "ends too early"},
      {H5IndexHead(1) + H5Entry("a", "b", "I8", {INT64_MAX}, std::nullopt), "ends too early"},
      {H5IndexHead(1) + H5Entry("a", "b", "I8", {1}, std::nullopt) + "xy", "has bytes behind the last tensor"},
      {H5IndexHead(1) + H5Entry("a", "\x1b[2J", "I8", {99}, 0), "'\\x1b[2J' reaches beyond"},
      {H5IndexHead(1) + H5String("a") + H5String("b") + H5String("I8") + "\0\2"s, "is in no known place"},
  };
  for (const auto& test : kCases) {
    const std::string error = ErrorOf([&] { ReadH5Index(test.answer, kFile, "x.h5"); });
    EXPECT_TRUE(error.starts_with("x.h5: the index that libhdf5 made: byte ")) << error;
    EXPECT_NE(error.find(test.message), std::string::npos) << test.message << "\n" << error;
  }
}

TEST(H5IndexTest, EveryTruncationIsFound) {
  const std::string answer = H5IndexHead(2) + H5Entry("a", "a/b", "F32", {2, 2}, 0) +
                             H5Entry("a", "a/c", "F32", {2}, std::nullopt) + "01234567";
  ASSERT_EQ(ReadH5Index(answer, kFile, "x").size(), 2u);
  for (size_t size = 0; size < answer.size(); ++size) {
    EXPECT_THROW(ReadH5Index(answer.substr(0, size), kFile, "x"), dataset::Error) << size;
  }
}

}  // namespace
}  // namespace train

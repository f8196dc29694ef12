#include "train/weights/keras_h5.h"

#include <zlib.h>

#include <iomanip>
#include <map>
#include <set>
#include <sstream>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "tests/testing/named.h"
#include "tests/testing/testing.h"
#include "tests/train/weights/fixtures.h"
#include "tests/train/weights/h5_writer.h"
#include "tests/train/weights/written_h5.h"

namespace train {
namespace {

using namespace std::string_literals;
using dataset::testing::Named;
using dataset::testing::TempDir;
using dataset::testing::WriteFile;
using testing::BytesOf;
using testing::Chunked;
using testing::ErrorOf;
using testing::H5Golden;
using testing::H5Goldens;
using testing::H5Writer;
using testing::kNumbers;
using testing::WriteKernel;
using testing::WrittenH5Test;

const std::string kBytes = BytesOf<float>({1, 2, 3, 4});

// Describes a tensor as expected.csv does: layer/role,dtype,shape,crc32.
std::string Line(const TensorView& tensor) {
  std::ostringstream line;
  line << tensor.name << "," << dataset::NameOf(tensor.dtype) << ",";
  for (size_t i = 0; i < tensor.shape.size(); ++i) line << (i > 0 ? "x" : "") << tensor.shape[i];
  const auto crc =
      crc32(0, reinterpret_cast<const Bytef*>(tensor.bytes.data()), static_cast<uInt>(tensor.bytes.size()));
  line << "," << std::hex << std::setw(8) << std::setfill('0') << crc;
  return line.str();
}

TEST(KerasH5Test, ReadsWhatKerasWrote) {
  std::map<std::string, std::set<std::string>> expected;
  std::istringstream lines(dataset::ReadFile(H5Goldens() / "expected.csv"));
  for (std::string line; std::getline(lines, line);) {
    expected[line.substr(0, line.find(','))].insert(line.substr(line.find(',') + 1));
  }
  ASSERT_EQ(expected.size(), 5u);
  const TempDir dir;
  for (const auto& [name, tensors] : expected) {
    WriteFile(dir / name, H5Golden(name));
    const auto file = OpenTensorFile(dir / name);
    EXPECT_EQ(file->path(), (dir / name).string());
    std::set<std::string> found;
    for (const TensorView& tensor : file->tensors()) found.insert(Line(tensor));
    EXPECT_EQ(found, tensors) << name;
  }
}

TEST(KerasH5Test, TheNewFormatOfKeras3IsRefusedWithTheCure) {
  const TempDir dir;
  WriteFile(dir / "x.h5", H5Golden("keras3.weights.h5"));
  EXPECT_EQ(ErrorOf([&] { OpenTensorFile(dir / "x.h5"); }),
            (dir / "x.h5").string() +
                ": is a .weights.h5 of Keras 3, which names no layers; load it in Keras and model.save('x.h5')");
}

TEST_F(WrittenH5Test, NamesMayBeOfEveryKind) {
  using Strings = H5Writer::Strings;
  for (const Strings strings : {Strings::kFixed, Strings::kPadded, Strings::kVariable}) {
    const auto file = OpenAll([&](H5Writer* writer) {
      writer->Names(writer->file(), "layer_names", {"a", "block/conv", "b"}, strings);
      for (const char* name : {"a", "block/conv", "b"}) {
        const hid_t layer = writer->Group(writer->file(), name);
        writer->Names(layer, "weight_names", {name + "/kernel:0"s, name + "/b:0"s}, strings);
        writer->Dataset(layer, name + "/kernel:0"s, H5T_IEEE_F32LE, {4}, kNumbers);
        writer->Dataset(layer, name + "/b:0"s, H5T_IEEE_F32LE, {2}, kNumbers);
      }
    });
    ASSERT_EQ(file->tensors().size(), 6u);
    ASSERT_NE(file->Find("block/conv/kernel"), nullptr);
    EXPECT_EQ(file->Find("block/conv/kernel")->bytes, kBytes);
  }
}

TEST_F(WrittenH5Test, LayersWithoutWeightsAreNotMissed) {
  const auto file = OpenAll([](H5Writer* writer) {
    writer->Names(writer->file(), "layer_names", {"relu", "conv"});
    // h5py writes an empty list as a list of numbers.
    const hsize_t none = 0;
    H5Acreate2(writer->Group(writer->file(), "relu"), "weight_names", H5T_IEEE_F64LE,
               H5Screate_simple(1, &none, nullptr), H5P_DEFAULT, H5P_DEFAULT);
    writer->Dataset(writer->Layer(writer->file(), "conv", {"conv/bias:0"}), "conv/bias:0", H5T_IEEE_F32LE, {4},
                    kNumbers);
  });
  ASSERT_EQ(file->tensors().size(), 1u);
  EXPECT_EQ(file->tensors()[0].name, "conv/bias");
}

TEST_F(WrittenH5Test, EveryLayoutAndFormatReadsTheSame) {
  const hid_t compact = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_layout(compact, H5D_COMPACT);
  const struct {
    const char* what;
    hid_t properties;
  } kCases[] = {
      {"contiguous", H5P_DEFAULT},
      {"compact", compact},
      {"chunked", Chunked({1, 2})},
      {"deflated", Chunked({2, 1}, 9)},
  };
  for (const auto format : {H5Writer::Format::kOldest, H5Writer::Format::kNewest}) {
    for (const auto& test : kCases) {
      const auto file = Open(
          {"conv/kernel:0"},
          [&](H5Writer* writer, hid_t layer) {
            writer->Dataset(layer, "conv/kernel:0", H5T_IEEE_F32LE, {2, 2}, kNumbers, test.properties);
          },
          format);
      ASSERT_EQ(file->tensors().size(), 1u);
      EXPECT_EQ(file->tensors()[0].shape, (std::vector<int64_t>{2, 2})) << test.what;
      EXPECT_EQ(file->tensors()[0].bytes, kBytes) << test.what;
    }
  }
}

TEST_F(WrittenH5Test, ChunksMayReachBeyondTheShape) {
  const auto file = Open({"a"}, [&](H5Writer* writer, hid_t layer) {
    writer->Dataset(layer, "a", H5T_IEEE_F32LE, {3}, kNumbers, Chunked({2}, 6));
  });
  EXPECT_EQ(file->tensors()[0].bytes, kBytes.substr(0, 12));
}

TEST_F(WrittenH5Test, EveryDtypeIsKnown) {
  const hid_t half = H5Tcopy(H5T_IEEE_F32LE);
  H5Tset_fields(half, 15, 10, 5, 0, 10);
  H5Tset_size(half, 2);
  H5Tset_ebias(half, 15);
  const std::pair<hid_t, DType> kTypes[] = {
      {H5T_IEEE_F32LE, DType::kFloat32}, {H5T_IEEE_F64LE, DType::kFloat64}, {half, DType::kFloat16},
      {H5T_STD_I64LE, DType::kInt64},    {H5T_STD_I32LE, DType::kInt32},    {H5T_STD_I16LE, DType::kInt16},
      {H5T_STD_I8LE, DType::kInt8},      {H5T_STD_U8LE, DType::kUint8},
  };
  const std::string data(16, '\x5a');
  for (const auto& [type, dtype] : kTypes) {
    const auto file = Open({"a", "b", "c"}, [&, stored = type](H5Writer* writer, hid_t layer) {
      writer->Dataset(layer, "a", stored, {2}, data.data());
      writer->Dataset(layer, "b", stored, {}, data.data());
      writer->Dataset(layer, "c", stored, {3, 0}, nullptr);
    });
    ASSERT_EQ(file->tensors().size(), 3u);
    EXPECT_EQ(file->tensors()[0].dtype, dtype);
    EXPECT_EQ(file->tensors()[0].bytes, data.substr(0, 2 * DTypeBytes(dtype)));
    EXPECT_EQ(file->tensors()[1].bytes, data.substr(0, DTypeBytes(dtype)));
    EXPECT_EQ(file->tensors()[2].bytes, "");
    EXPECT_EQ(file->tensors()[2].shape, (std::vector<int64_t>{3, 0}));
  }
}

TEST_F(WrittenH5Test, FilesOfKeras1Read) {
  const auto file = OpenAll([](H5Writer* writer) {
    writer->Names(writer->file(), "layer_names", {"fc1", "batchnormalization_3"});
    const hid_t dense = writer->Layer(writer->file(), "fc1", {"fc1_W_1:0", "fc1_b_1:0"});
    for (const char* name : {"fc1_W_1:0", "fc1_b_1:0"}) writer->Dataset(dense, name, H5T_IEEE_F32LE, {4}, kNumbers);
    const hid_t norm = writer->Layer(writer->file(), "batchnormalization_3", {"batchnormalization_3_running_std:0"});
    writer->Dataset(norm, "batchnormalization_3_running_std:0", H5T_IEEE_F32LE, {4}, kNumbers);
  });
  std::vector<std::string> names;
  for (const TensorView& tensor : file->tensors()) names.push_back(tensor.name);
  EXPECT_EQ(names, (std::vector<std::string>{"batch_normalization/moving_variance", "fc1/bias", "fc1/kernel"}));
}

// Each file starts a helper, which would take too long for every length.
TEST_F(WrittenH5Test, TruncationsAreFound) {
  const std::string content = H5Golden("keras2_weights.h5");
  ASSERT_GT(content.size(), 20000u);
  for (size_t size = 0; size < content.size(); size += size < 2048 ? 61 : 509) {
    WriteFile(path_, content.substr(0, size));
    EXPECT_THROW(OpenKerasH5(dataset::MappedFile(path_)), dataset::Error) << size;
  }
  WriteFile(path_, content.substr(0, content.size() - 1));
  EXPECT_THROW(OpenKerasH5(dataset::MappedFile(path_)), dataset::Error);
}

// Each of these changed bytes makes Debian 12's libhdf5 (1.10.8) read unmapped memory.
TEST_F(WrittenH5Test, WhatCrashesLibhdf5IsAnError) {
  const std::pair<size_t, char> kDamages[] = {{4261, 64}, {9168, 1}};
  for (const auto& [offset, byte] : kDamages) {
    WriteFile(path_, testing::Patched(H5Golden("keras2_weights.h5"), offset, std::string(1, byte)));
    EXPECT_THROW(OpenKerasH5(dataset::MappedFile(path_)), dataset::Error);
  }
}

// Flips every byte of a file of one layer, in four parts that ctest runs side by side.
class FlippedH5Test : public WrittenH5Test, public ::testing::WithParamInterface<Named<size_t>> {};

TEST_P(FlippedH5Test, NoFlippedByteCrashesUs) {
  Open({"conv/kernel:0"}, WriteKernel);
  const std::string content = dataset::ReadFile(path_);
  size_t read = 0, refused = 0;
  for (size_t i = GetParam().value; i < content.size(); i += 4) {
    // Most zeros are gaps, so only a third of them is tested.
    if (content[i] == '\0' && i % 3 != 0) continue;
    WriteFile(path_,
              testing::Patched(content, i, std::string(1, static_cast<char>(content[i] ^ (i % 8 < 4 ? 1 : 0xff)))));
    try {
      const auto file = OpenKerasH5(dataset::MappedFile(path_));
      for (const TensorView& tensor : file->tensors()) {
        EXPECT_EQ(TensorBytes(tensor.shape, tensor.dtype), tensor.bytes.size());
      }
      ++read;
    } catch (const dataset::Error&) {
      ++refused;
    }
  }
  EXPECT_GT(read, 0u);
  EXPECT_GT(refused, 0u);
}

INSTANTIATE_TEST_SUITE_P(Quarters, FlippedH5Test,
                         ::testing::Values(Named<size_t>{"first", 0}, Named<size_t>{"second", 1},
                                           Named<size_t>{"third", 2}, Named<size_t>{"fourth", 3}),
                         dataset::testing::kNameOfParameter);

}  // namespace
}  // namespace train

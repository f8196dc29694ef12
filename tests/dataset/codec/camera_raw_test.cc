#include "dataset/codec/camera_raw.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "dataset/io/file.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::FromHex;

struct Field {
  uint16_t tag;
  uint16_t type;
  uint32_t value;
};

// Appends numbers in one byte order.
struct Writer {
  void operator()(uint64_t number, int size) {
    for (int i = 0; i < size; ++i) bytes += static_cast<char>(number >> 8 * (little ? i : size - 1 - i));
  }
  bool little;
  std::string bytes;
};

// A BigTIFF with one directory right after its header.
std::string BigTiff(bool little, const std::vector<Field>& fields) {
  Writer add{little, little ? "II" : "MM"};
  add(43, 2);
  add(8, 2);
  add(0, 2);
  add(16, 8);
  add(fields.size(), 8);
  for (const Field& field : fields) {
    add(field.tag, 2);
    add(field.type, 2);
    add(1, 8);
    const int size = field.type == 3 ? 2 : 4;
    add(field.value, size);
    add(0, 8 - size);
  }
  add(0, 8);
  return add.bytes;
}

// A TIFF with one directory right after its header.
std::string Tiff(bool little, const std::vector<Field>& fields) {
  Writer add{little, little ? "II" : "MM"};
  add(42, 2);
  add(8, 4);
  add(fields.size(), 2);
  for (const Field& field : fields) {
    add(field.tag, 2);
    add(field.type, 2);
    add(1, 4);
    const int size = field.type == 3 ? 2 : 4;
    add(field.value, size);
    add(0, 4 - size);
  }
  add(0, 4);
  return add.bytes;
}

TEST(CameraRawTest, KnowsThumbnailsInTheFirstPlace) {
  for (const bool little : {true, false}) {
    EXPECT_TRUE(IsCameraRaw(Tiff(little, {{254, 4, 1}, {256, 4, 160}})));
    EXPECT_TRUE(IsCameraRaw(Tiff(little, {{254, 3, 1}})));
    EXPECT_TRUE(IsCameraRaw(Tiff(little, {{254, 4, 5}}))) << "a reduced mask";
    EXPECT_TRUE(IsCameraRaw(Tiff(little, {{254, 4, 0}, {50706, 1, 0x01040000}}))) << "DNG";
    EXPECT_FALSE(IsCameraRaw(Tiff(little, {{254, 4, 0}, {256, 4, 160}})));
    EXPECT_FALSE(IsCameraRaw(Tiff(little, {{254, 4, 2}}))) << "a page of several";
    EXPECT_FALSE(IsCameraRaw(Tiff(little, {{256, 4, 1}, {257, 4, 1}})));
    EXPECT_FALSE(IsCameraRaw(Tiff(little, {{254, 2, 1}}))) << "text";
    EXPECT_FALSE(IsCameraRaw(Tiff(little, {})));
  }
  EXPECT_TRUE(IsCameraRaw(FromHex("49492a0010000000435202000000000000")));  // CR2
}

TEST(CameraRawTest, KnowsThumbnailsOfBigTiffs) {
  for (const bool little : {true, false}) {
    EXPECT_TRUE(IsCameraRaw(BigTiff(little, {{256, 4, 160}, {254, 4, 1}})));
    EXPECT_TRUE(IsCameraRaw(BigTiff(little, {{254, 3, 1}})));
    EXPECT_TRUE(IsCameraRaw(BigTiff(little, {{254, 4, 0}, {50706, 1, 0x01040000}}))) << "DNG";
    EXPECT_FALSE(IsCameraRaw(BigTiff(little, {{254, 4, 0}, {256, 4, 160}})));
    EXPECT_FALSE(IsCameraRaw(BigTiff(little, {})));
    const std::string raw = BigTiff(little, {{256, 4, 160}, {254, 4, 1}});
    for (size_t size = 0; size < 64; ++size) EXPECT_FALSE(IsCameraRaw(raw.substr(0, size))) << size;
    std::string far = raw;
    for (size_t i = 8; i < 16; ++i) far[i] = '\xff';  // the directory lies nowhere
    EXPECT_FALSE(IsCameraRaw(far));
  }
}

TEST(CameraRawTest, KnowsNothingElse) {
  const std::string raw = Tiff(true, {{256, 4, 1}, {254, 4, 1}});
  for (size_t size = 0; size + 8 < raw.size(); ++size) EXPECT_FALSE(IsCameraRaw(raw.substr(0, size))) << size;
  for (const char* hex : {"49492a00ffffffff", "49492a0008000000ffff", "49492a0000000000", "49492a00",
                          "4d4d002a00000004", "ffd8ffe000104a464946", "89504e470d0a1a0a", ""}) {
    EXPECT_FALSE(IsCameraRaw(FromHex(hex))) << hex;
  }
}

TEST(CameraRawTest, KnowsTheFilesOfTheTestData) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  const std::filesystem::path folder = data / "cases/02-camera-raw/raw/cat";
  EXPECT_TRUE(IsCameraRaw(ReadFile(folder / "DSC_0000.NEF")));
  EXPECT_FALSE(IsCameraRaw(ReadFile(folder / "DSC_0000.JPG")));
}

}  // namespace
}  // namespace dataset

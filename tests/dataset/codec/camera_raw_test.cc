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

// A TIFF with one directory right after its header.
std::string Tiff(bool little, const std::vector<Field>& fields) {
  std::string bytes = little ? std::string("II*\0", 4) : std::string("MM\0*", 4);
  const auto add = [&](uint32_t number, int size) {
    for (int i = 0; i < size; ++i) bytes += static_cast<char>(number >> 8 * (little ? i : size - 1 - i));
  };
  add(8, 4);
  add(static_cast<uint32_t>(fields.size()), 2);
  for (const Field& field : fields) {
    add(field.tag, 2);
    add(field.type, 2);
    add(1, 4);
    const int size = field.type == 3 ? 2 : 4;
    add(field.value, size);
    add(0, 4 - size);
  }
  add(0, 4);
  return bytes;
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

#include "dataset/read/known_bytes.h"

#include <gtest/gtest.h>

#include "tests/dataset/read/foreign_file.h"

namespace dataset {
namespace {

using testing::FromHex;

TEST(KnownBytesTest, NamesWhatPeopleWriteInsteadOfPictures) {
  const struct {
    std::string bytes;
    const char* name;
  } cases[] = {
      {"", "empty"},
      {"/9j/4AAQSkZJRgABAQAAAQABAAD/", "base64 text of a JPEG file"},
      {"_9j_4AAQSkZJRgABAQAAAQABAAD_", "base64 text of a JPEG file"},
      {"data:image/jpeg;base64,/9j/4AAQSkZJRgABAQAAAQABAAD/", "base64 text of a JPEG file"},
      {"iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB", "base64 text of a PNG file"},
      {"/9j/4AAQSkZJRgAB", "text, \"/9j/4AAQSkZJRgAB\""},
      {FromHex("0804 120c 1202081c 1202081c 12020801 22039006"), "a serialised tensor (uint8, 28 x 28 x 1)"},
      {FromHex("0801 1205 120308ac02 2200"), "a serialised tensor (float32, 300)"},
      {FromHex("0807 1200 4201 61"), "a serialised tensor (string)"},
      {FromHex("0864 1200"), ""},
      {FromHex("0804 12ff"), ""},
      {FromHex("0804 1204 1203081c"), ""},
      {std::string("\0\0\0\x18"
                   "ftypisom",
                   12),
       "a video file"},
      {"\x93NUMPY\x01", "a NumPy file"},
      {"\x80\x04\x95", "a Python pickle"},
      {"/data/cat/1.jpg", "text, \"/data/cat/1.jpg\""},
      {std::string(50, 'x'), "text, \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...\""},
      {"\x01\x02\x03", ""},
      {"\xff", ""},
  };
  for (const auto& c : cases) EXPECT_EQ(KnownBytes(c.bytes), c.name);
}

TEST(KnownBytesTest, NoCutCrashes) {
  const std::string tensor = FromHex("0804 120c 1202081c 1202081c 12020801 22039006");
  for (size_t size = 0; size <= tensor.size(); ++size) KnownBytes(tensor.substr(0, size));
}

}  // namespace
}  // namespace dataset

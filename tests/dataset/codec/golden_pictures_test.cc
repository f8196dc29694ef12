// The files of goldens/pictures, against what Pillow makes of them (goldens/make_pictures.py).
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/codec/decoder.h"
#include "dataset/io/file.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

struct Golden {
  std::string name;
  Size size;
  int tolerance = 0;
  uint32_t crc = 0;
  std::vector<int> quarters;  // RGB of the middles of the four quarters
};

std::filesystem::path Folder() { return testing::SourceDir() / "tests/dataset/goldens"; }

std::vector<Golden> ReadGoldens() {
  std::ifstream stream(Folder() / "pictures.csv");
  std::vector<Golden> goldens;
  std::string line;
  for (std::getline(stream, line); std::getline(stream, line);) {
    std::istringstream fields(line);
    Golden golden;
    std::getline(fields, golden.name, ',');
    std::vector<unsigned long> numbers;
    for (std::string field; std::getline(fields, field, ',');) numbers.push_back(std::stoul(field));
    golden.size = {static_cast<int>(numbers.at(0)), static_cast<int>(numbers.at(1))};
    golden.tolerance = static_cast<int>(numbers.at(2));
    golden.crc = static_cast<uint32_t>(numbers.at(3));
    golden.quarters.assign(numbers.begin() + 4, numbers.end());
    goldens.push_back(golden);
  }
  return goldens;
}

TEST(GoldenPictures, AreAsPillowReadsThem) {
  const std::vector<Golden> goldens = ReadGoldens();
  ASSERT_GT(goldens.size(), 40u);
  for (const Golden& golden : goldens) {
    SCOPED_TRACE(golden.name);
    const std::string bytes = ReadFile(Folder() / "pictures" / golden.name);
    Image image;
    try {
      const ImageHeader header = ReadImageHeader(bytes);
      EXPECT_EQ(Size({header.upright_width(), header.upright_height()}), golden.size);
      DecodeImage(bytes, {}, &image);
    } catch (const Error& error) {
      ADD_FAILURE() << error.what();
      continue;
    }
    ASSERT_EQ(Size({image.width(), image.height()}), golden.size);
    if (golden.tolerance == 0) {
      EXPECT_EQ(crc32(0, image.data(), static_cast<uInt>(image.bytes())), golden.crc);
    }
    for (size_t i = 0; i < golden.quarters.size(); ++i) {
      const int x = image.width() * (i / 3 % 2 == 0 ? 1 : 3) / 4, y = image.height() * (i < 6 ? 1 : 3) / 4;
      EXPECT_LE(std::abs(image.row(y)[3 * static_cast<size_t>(x) + i % 3] - golden.quarters[i]), golden.tolerance)
          << "quarter " << i / 3 << ", channel " << i % 3;
    }
  }
}

TEST(GoldenPictures, OnlyThoseWithMoreFramesAreAnimated) {
  for (const Golden& golden : ReadGoldens()) {
    const ImageHeader header = ReadImageHeader(ReadFile(Folder() / "pictures" / golden.name));
    const bool animated = golden.name.starts_with("animated.") || golden.name == "small_frame.webp";
    EXPECT_EQ(header.animated, animated) << golden.name;
  }
}

TEST(GoldenPictures, HeadersSayWhatIsStored) {
  const struct {
    const char* name;
    ImageFormat format;
    int channels, bits;
  } cases[] = {
      {"plain.gif", ImageFormat::kGif, 3, 8},   {"plain.heic", ImageFormat::kHeic, 3, 8},
      {"grey.heic", ImageFormat::kHeic, 3, 8},  {"alpha.heic", ImageFormat::kHeic, 4, 8},
      {"grid.heic", ImageFormat::kHeic, 3, 8},  {"ten_bits.heic", ImageFormat::kHeic, 3, 10},
      {"plain.avif", ImageFormat::kAvif, 3, 8}, {"alpha.avif", ImageFormat::kAvif, 4, 8},
      {"rle8.bmp", ImageFormat::kBmp, 3, 8},    {"animated.webp", ImageFormat::kWebp, 3, 8},
  };
  for (const auto& c : cases) {
    const ImageHeader header = ReadImageHeader(ReadFile(Folder() / "pictures" / c.name));
    EXPECT_EQ(header.format, c.format) << c.name;
    EXPECT_EQ(header.channels, c.channels) << c.name;
    EXPECT_EQ(header.bits, c.bits) << c.name;
  }
}

// A file that is cut off is refused, or what is lost was not the picture's.
TEST(GoldenPictures, NoneThatIsCutOffLosesPixels) {
  for (const Golden& golden : ReadGoldens()) {
    const std::string bytes = ReadFile(Folder() / "pictures" / golden.name);
    Image whole, image;
    DecodeImage(bytes, {}, &whole);
    for (size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 100) {
      try {
        DecodeImage(std::string_view(bytes).substr(0, size), {}, &image);
      } catch (const Error&) {
        continue;
      }
      ASSERT_EQ(image.bytes(), whole.bytes()) << golden.name << " cut to " << size;
      EXPECT_EQ(crc32(0, image.data(), static_cast<uInt>(image.bytes())),
                crc32(0, whole.data(), static_cast<uInt>(whole.bytes())))
          << golden.name << " cut to " << size;
    }
  }
}

}  // namespace
}  // namespace dataset

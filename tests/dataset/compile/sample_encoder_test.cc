#include "dataset/compile/sample_encoder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cmath>

#include "dataset/base/crc32c.h"
#include "dataset/base/error.h"
#include "dataset/base/little_endian.h"
#include "dataset/base/sha256.h"
#include "dataset/codec/decoder.h"
#include "dataset/codec/encoder.h"
#include "dataset/codec/image_header.h"
#include "dataset/io/file.h"
#include "dataset/sample/sample.h"
#include "dataset/sample/scale.h"
#include "dataset/sample/store.h"
#include "tests/testing/pictures.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

using testing::FromHex;
using testing::MakePicture;
using testing::SourceDir;
using testing::TempDir;
using testing::WriteFile;

std::string Jpeg(const Image& picture) {
  std::string bytes;
  EncodeJpeg(picture, 90, &bytes);
  return bytes;
}

std::string Png(const Image& picture) {
  std::string bytes;
  EncodePng(picture, &bytes);
  return bytes;
}

// Inserts an EXIF segment with this orientation after the start of the JPEG.
std::string Oriented(std::string jpeg, int orientation) {
  std::string exif = FromHex("ffe1 0022 457869660000 49492a0008000000 0100 1201 0300 01000000 0000 0000 00000000");
  exif[28] = static_cast<char>(orientation);
  return jpeg.insert(2, exif);
}

template <typename T>
std::string LittleEndian(T value) {
  std::string bytes(sizeof(T), '\0');
  StoreLittleEndian(value, bytes.data());
  return bytes;
}

// Makes a BMP file: 24 bits, uncompressed, rows from the bottom.
std::string Bmp(const Image& picture) {
  const uint32_t stride = (static_cast<uint32_t>(picture.width()) * 3 + 3) / 4 * 4;
  const uint32_t size = stride * static_cast<uint32_t>(picture.height());
  std::string bytes = "BM" + LittleEndian<uint32_t>(54 + size) + std::string(4, '\0') + LittleEndian<uint32_t>(54) +
                      LittleEndian<uint32_t>(40) + LittleEndian<int32_t>(picture.width()) +
                      LittleEndian<int32_t>(picture.height()) + LittleEndian<uint16_t>(1) + LittleEndian<uint16_t>(24) +
                      std::string(4, '\0') + LittleEndian<uint32_t>(size) + std::string(16, '\0');
  for (int y = picture.height() - 1; y >= 0; --y) {
    std::string row(stride, '\0');
    for (int x = 0; x < picture.width(); ++x) {
      for (int c = 0; c < 3; ++c) row[x * 3 + c] = static_cast<char>(picture.row(y)[x * 3 + 2 - c]);
    }
    bytes += row;
  }
  return bytes;
}

// Makes a TIFF file: baseline RGB in one strip.
std::string Tiff(const Image& picture) {
  const uint32_t size = static_cast<uint32_t>(picture.bytes());
  const auto entry = [](uint16_t tag, uint16_t type, uint32_t count, uint32_t value) {
    return LittleEndian(tag) + LittleEndian(type) + LittleEndian(count) + LittleEndian(value);
  };
  const uint32_t bits_offset = 8 + size, directory = bits_offset + 6;
  std::string bytes = FromHex("49492a00") + LittleEndian(directory);
  bytes.append(reinterpret_cast<const char*>(picture.data()), size);
  for (int c = 0; c < 3; ++c) bytes += LittleEndian<uint16_t>(8);
  bytes += LittleEndian<uint16_t>(9) + entry(256, 4, 1, static_cast<uint32_t>(picture.width())) +
           entry(257, 4, 1, static_cast<uint32_t>(picture.height())) + entry(258, 3, 3, bits_offset) +
           entry(259, 3, 1, 1) + entry(262, 3, 1, 2) + entry(273, 4, 1, 8) + entry(277, 3, 1, 3) +
           entry(278, 4, 1, static_cast<uint32_t>(picture.height())) + entry(279, 4, 1, size) + std::string(4, '\0');
  return bytes;
}

class SampleEncoderTest : public ::testing::Test {
 protected:
  // Returns the sample of a file with these bytes; its content is empty if the file is rejected.
  Sample Encode(const std::string& bytes) {
    WriteFile(dir_ / "rose/1", bytes);
    info_.scale = MakeScale(options_.scale, options_.dtype, options_.channels, ImageNetMean(options_.channels),
                            ImageNetStd(options_.channels));
    const std::filesystem::path root = dir_.path();
    SampleEncoder encoder(options_, root, info_);
    const ManifestEntry entry{"rose/1", "rose", Split::kTrain, "", {}, "", 0, 0};
    encoded_ = encoder.Encode(entry, 3);
    estimate_ = encoder.EstimateBytes(entry);
    if (!encoded_.reject.empty()) return {};
    payload_.clear();
    for (const std::string_view piece : encoded_.payload().pieces) payload_ += piece;
    EXPECT_EQ(encoded_.payload().size(), payload_.size());
    EXPECT_EQ(encoded_.crc32c, Crc32c(payload_));
    const Sample sample = ParseSample(payload_, 4, {});
    EXPECT_EQ(SerializeSample(sample), payload_);
    EXPECT_EQ(sample.label, 3u);
    EXPECT_EQ(sample.class_name, "rose");
    EXPECT_EQ(sample.filename, "rose/1");
    EXPECT_EQ(sample.source_id, Sha256Hex(bytes));
    EXPECT_EQ(sample.store, options_.store);
    return sample;
  }

  Image Pixels(const Sample& sample) const {
    Image image;
    if (sample.store == Store::kCompressed) {
      DecodeImage(sample.content, {static_cast<int>(sample.channels), 0, 0, {}}, &image);
    } else {
      StoredPixels(sample, info_.scale, &image);
    }
    EXPECT_EQ(image.width(), static_cast<int>(sample.width));
    EXPECT_EQ(image.height(), static_cast<int>(sample.height));
    EXPECT_EQ(image.channels(), static_cast<int>(sample.channels));
    return image;
  }

  TempDir dir_;
  CompileOptions options_;
  DatasetInfo info_;
  EncodedSample encoded_;
  std::string payload_;
  uint64_t estimate_ = 0;
};

double Difference(const Image& a, const Image& b) {
  double sum = 0;
  for (size_t i = 0; i < a.bytes(); ++i) sum += std::abs(a.data()[i] - b.data()[i]);
  return sum / static_cast<double>(a.bytes());
}

bool Equal(const Image& a, const Image& b) {
  return a.bytes() == b.bytes() && std::equal(a.data(), a.data() + a.bytes(), b.data());
}

TEST_F(SampleEncoderTest, SourcesThatNeedNoChangeKeepTheirBytes) {
  const Image rgb = MakePicture(20, 30, 3, 1), grey = MakePicture(20, 30, 1, 1);
  const struct {
    std::string bytes;
    uint32_t channels;
    uint32_t resize;
    const char* format;
  } cases[] = {
      {Jpeg(rgb), 3, 0, "JPEG"},  {Jpeg(rgb), 0, 20, "JPEG"}, {Jpeg(rgb), 3, 5000, "JPEG"},
      {Jpeg(grey), 1, 0, "JPEG"}, {Jpeg(grey), 0, 0, "JPEG"}, {Oriented(Jpeg(rgb), 1), 3, 0, "JPEG"},
      {Png(rgb), 3, 0, "PNG"},    {Png(grey), 1, 25, "PNG"},
  };
  for (const auto& [bytes, channels, resize, format] : cases) {
    for (const SourceCheck check : {SourceCheck::kHeader, SourceCheck::kFull}) {
      options_.channels = channels;
      options_.box_fit.width = options_.box_fit.height = resize;
      options_.check = check;
      const Sample sample = Encode(bytes);
      EXPECT_EQ(sample.content, bytes);
      EXPECT_EQ(sample.format, format);
      EXPECT_EQ(sample.height, 20u);
      EXPECT_EQ(sample.width, 30u);
    }
  }
}

TEST_F(SampleEncoderTest, ChangesEncodeAnew) {
  const Image rgb = MakePicture(20, 30, 3, 1), grey = MakePicture(20, 30, 1, 1);
  const struct {
    std::string bytes;
    uint32_t channels;
    uint32_t resize;
    const char* format;
    uint32_t width;
  } cases[] = {
      {Jpeg(rgb), 3, 19, "JPEG", 29}, {Jpeg(rgb), 1, 0, "JPEG", 30}, {Jpeg(grey), 3, 0, "JPEG", 30},
      {Png(rgb), 3, 10, "PNG", 15},   {Png(rgb), 1, 0, "PNG", 30},   {Png(grey), 3, 0, "PNG", 30},
      {Bmp(rgb), 3, 0, "PNG", 30},    {Tiff(rgb), 3, 0, "PNG", 30},  {Bmp(rgb), 0, 10, "PNG", 15},
  };
  for (const auto& [bytes, channels, resize, format, width] : cases) {
    options_.channels = channels;
    options_.box_fit.width = options_.box_fit.height = resize;
    const Sample sample = Encode(bytes);
    EXPECT_NE(sample.content, bytes);
    EXPECT_EQ(sample.format, format);
    EXPECT_EQ(sample.width, width);
    EXPECT_EQ(sample.channels, channels == 1 ? 1u : 3u);
    Pixels(sample);
  }
}

TEST_F(SampleEncoderTest, LosslessSourcesStayExact) {
  const Image rgb = MakePicture(21, 31, 3, 1);
  for (const std::string& bytes : {Bmp(rgb), Tiff(rgb), Png(rgb)}) EXPECT_TRUE(Equal(Pixels(Encode(bytes)), rgb));
}

TEST_F(SampleEncoderTest, WebpBecomesJpeg) {
  // A WebP file of one lossless pixel.
  const Sample sample =
      Encode(FromHex("52494646 1a000000 57454250 5650384c 0d000000 2f000000 1007 10111188 8808fe07 00"));
  EXPECT_EQ(encoded_.reject, "");
  EXPECT_EQ(sample.format, "JPEG");
  EXPECT_EQ(sample.width, 1u);
}

TEST_F(SampleEncoderTest, OtherFormatsBecomeJpegOrPng) {
  const struct {
    const char* name;
    const char* format;
    uint32_t width, height;
  } cases[] = {{"plain.heic", "JPEG", 32, 16},  {"turned.heic", "JPEG", 16, 32},   {"plain.avif", "JPEG", 32, 16},
               {"turned.avif", "JPEG", 16, 32}, {"animated.webp", "JPEG", 32, 16}, {"animated.gif", "PNG", 32, 16},
               {"rle8.bmp", "PNG", 16, 4},      {"long6.tif", "PNG", 16, 32}};
  for (const auto& c : cases) {
    const Sample sample = Encode(ReadFile(SourceDir() / "tests/dataset/goldens/pictures" / c.name));
    EXPECT_EQ(encoded_.reject, "") << c.name;
    EXPECT_EQ(sample.format, c.format) << c.name;
    EXPECT_EQ(sample.width, c.width) << c.name;
    EXPECT_EQ(sample.height, c.height) << c.name;
    EXPECT_EQ(NameOf(*SniffImageFormat(sample.content)), c.format) << c.name;
  }
}

TEST_F(SampleEncoderTest, OrientedPicturesAreStoredUpright) {
  const Image stored = MakePicture(24, 40, 3, 5);
  // Orientation 6: the first stored row is the right side.
  Image upright(40, 24, 3);
  for (int y = 0; y < 40; ++y) {
    for (int x = 0; x < 24; ++x) std::copy_n(stored.row(23 - x) + y * 3, 3, upright.row(y) + x * 3);
  }
  for (const Store store : {Store::kCompressed, Store::kRaw, Store::kNormalized}) {
    options_.store = store;
    const Sample sample = Encode(Oriented(Jpeg(stored), 6));
    EXPECT_EQ(sample.width, 24u);
    EXPECT_EQ(sample.height, 40u);
    EXPECT_LT(Difference(Pixels(sample), upright), 6);
    if (store == Store::kCompressed) {
      EXPECT_EQ(ReadImageHeader(sample.content).orientation, 1);
    }
  }
}

TEST_F(SampleEncoderTest, RawAndNormalizedHoldTheSamePixels) {
  const Image rgb = MakePicture(20, 30, 3, 1);
  options_.store = Store::kRaw;
  EXPECT_TRUE(Equal(Pixels(Encode(Png(rgb))), rgb));
  options_.store = Store::kNormalized;
  for (const ScaleMode scale : {ScaleMode::kUnit, ScaleMode::kSigned, ScaleMode::kStandard}) {
    for (const ValueType dtype : {ValueType::kFloat32, ValueType::kFloat16}) {
      options_.scale = scale;
      options_.dtype = dtype;
      EXPECT_TRUE(Equal(Pixels(Encode(Png(rgb))), rgb)) << NameOf(scale) << NameOf(dtype);
    }
  }
}

TEST_F(SampleEncoderTest, QualityIsThatOfTheJpeg) {
  const Image rgb = MakePicture(64, 64, 3, 1);
  options_.box_fit.width = options_.box_fit.height = 63;
  options_.quality = 30;
  const size_t low = Encode(Jpeg(rgb)).content.size();
  options_.quality = 100;
  EXPECT_LT(low, Encode(Jpeg(rgb)).content.size());
}

TEST_F(SampleEncoderTest, EstimatesThePayload) {
  const Image rgb = MakePicture(20, 30, 3, 1);
  const std::string png = Png(rgb);
  const struct {
    Store store;
    uint32_t channels;
    uint32_t resize;
    uint64_t bytes;
  } cases[] = {
      {Store::kCompressed, 3, 0, png.size()},
      {Store::kCompressed, 3, 10, png.size() / 4},
      {Store::kCompressed, 3, 50, png.size()},
      {Store::kRaw, 3, 0, 1800},
      {Store::kRaw, 1, 10, 150},
      {Store::kNormalized, 3, 10, 1800},
  };
  for (const auto& [store, channels, resize, bytes] : cases) {
    options_.store = store;
    options_.channels = channels;
    options_.box_fit.width = options_.box_fit.height = resize;
    Encode(png);
    EXPECT_EQ(estimate_, bytes);
  }
}

TEST_F(SampleEncoderTest, RejectsWhatIsNoPicture) {
  const std::string jpeg = Jpeg(MakePicture(20, 30, 3, 1));
  options_.store = Store::kRaw;
  for (const std::string& bytes : {std::string(), std::string("x"), std::string(100, '\0'), jpeg.substr(0, 2),
                                   jpeg.substr(0, jpeg.size() - 2), std::string("%PDF-1.7"), std::string("GIF89a")}) {
    Encode(bytes);
    EXPECT_NE(encoded_.reject, "") << bytes.size();
    EXPECT_EQ(encoded_.shell.bytes, "");
    const bool has_header = bytes.size() > 100;  // the JPEG that lacks its end
    EXPECT_EQ(estimate_, has_header ? 20u * 30 * 3 : 0u);
  }
}

TEST_F(SampleEncoderTest, AFullCheckFindsDamageBehindTheHeader) {
  std::string png = Png(MakePicture(20, 30, 3, 1));
  png[60] = static_cast<char>(png[60] ^ 0x55);
  options_.check = SourceCheck::kHeader;
  EXPECT_EQ(Encode(png).content, png);
  options_.check = SourceCheck::kFull;
  Encode(png);
  EXPECT_NE(encoded_.reject, "");
}

TEST_F(SampleEncoderTest, SaysWhatItDidNotCheck) {
  const std::string jpeg = Jpeg(MakePicture(20, 30, 3, 1));
  const struct {
    SourceCheck check;
    Store store;
    uint32_t resize;
    uint32_t unchecked;
  } cases[] = {
      {SourceCheck::kHeader, Store::kCompressed, 0, 1},
      {SourceCheck::kFull, Store::kCompressed, 0, 0},
      {SourceCheck::kHeader, Store::kCompressed, 10, 0},
      {SourceCheck::kHeader, Store::kRaw, 0, 0},
  };
  for (const auto& [check, store, resize, unchecked] : cases) {
    options_.check = check;
    options_.store = store;
    options_.box_fit.width = options_.box_fit.height = resize;
    Encode(jpeg);
    EXPECT_EQ(encoded_.notes.unchecked, unchecked);
  }
}

TEST_F(SampleEncoderTest, AFileThatCannotBeReadIsAnErrorNotAReject) {
  const std::filesystem::path root = dir_.path();
  SampleEncoder encoder(options_, root, info_);
  const ManifestEntry absent{"rose/2", "rose", Split::kTrain, "", {}, "", 0, 0};
  EXPECT_THROW(encoder.Encode(absent, 0), Error);
  EXPECT_EQ(encoder.EstimateBytes(absent), 0u);
  std::filesystem::create_directory(dir_ / "rose");
  EXPECT_THROW(encoder.Encode({"rose", "rose", Split::kTrain, "", {}, "", 0, 0}, 0), Error);
  // If a pipe has taken the place of the photo, the encoder must not wait for it.
  ASSERT_EQ(mkfifo((dir_ / "rose/pipe").c_str(), 0600), 0);
  EXPECT_THROW(encoder.Encode({"rose/pipe", "rose", Split::kTrain, "", {}, "", 0, 0}, 0), Error);
}

}  // namespace
}  // namespace dataset

#include "dataset/compile/depth_look.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>

#include "dataset/base/error.h"
#include "dataset/codec/decoder.h"
#include "dataset/codec/encoder.h"
#include "dataset/read/record_stream.h"
#include "dataset/read/sample_parser.h"
#include "tests/dataset/compile/tiny_split.h"
#include "tests/testing/pictures.h"

namespace dataset {
namespace {

using testing::DeepPng;
using testing::DeepTiff;
using testing::TempDir;
using testing::WriteFile;
using Kind = DepthChoice::Kind;

constexpr int kSide = 12;

DepthLook Integers(double low, double high) {
  DepthLook look;
  look.pictures = look.looked = 5;
  look.integers = true;
  look.extent = look.most = {low, high};
  look.is_signed = low < 0;
  return look;
}

DepthLook Floats(double low, double high) {
  DepthLook look = Integers(low, high);
  look.floats = true;
  look.integers = look.is_signed = false;
  return look;
}

TEST(ChooseDepthTest, FitsTheValues) {
  const struct {
    Kind kind;
    DepthLook look;
    Depth depth;
    size_t warnings;
  } cases[] = {
      {Kind::kAuto, DepthLook(), Depth(), 0},
      {Kind::kMinMax, DepthLook(), Depth(), 0},
      {Kind::kAuto, Integers(0, 255), Depth::Bits(8), 1},
      {Kind::kAuto, Integers(0, 256), Depth::Bits(10), 1},
      {Kind::kAuto, Integers(0, 1023), Depth::Bits(10), 1},
      {Kind::kAuto, Integers(0, 4095), Depth::Bits(12), 1},
      {Kind::kAuto, Integers(17, 4000), Depth::Bits(12), 1},
      {Kind::kAuto, Integers(0, 4096), Depth::Bits(14), 1},
      {Kind::kAuto, Integers(0, 16384), Depth(), 0},
      {Kind::kAuto, Integers(0, 65535), Depth(), 0},
      {Kind::kMinMax, Integers(0, 65535), Depth::Range(0, 65535), 1},
      {Kind::kMinMax, Integers(100, 3000), Depth::Range(100, 3000), 1},
      {Kind::kMinMax, Integers(7, 7), Depth::Range(7, 8), 1},
      {Kind::kAuto, Integers(0, 19), Depth::Range(0, 19), 1},                // a few levels of 8 bits
      {Kind::kAuto, Integers(32000, 33000), Depth::Range(32000, 33000), 1},  // or of 16
      {Kind::kAuto, Integers(-1024, 3071), Depth::Range(-1024, 3071), 1},
      {Kind::kAuto, Floats(0, 1), Depth::Range(0, 1), 1},
      {Kind::kAuto, Floats(-0.9, 1), Depth::Range(-1, 1), 1},
      {Kind::kAuto, Floats(0, 255), Depth::Bits(8), 1},
      {Kind::kAuto, Floats(0, 4095), Depth::Range(0, 4095), 1},
      {Kind::kAuto, Floats(-3.5, 1e6), Depth::Range(-3.5, 1e6), 1},
      {Kind::kAuto, Floats(0.5, 0.51), Depth::Range(0.5, 0.51), 1},
  };
  for (const auto& [kind, look, depth, warnings] : cases) {
    const ChosenDepth chosen = ChooseDepth(kind, look);
    const std::string name = std::to_string(look.extent.low) + " to " + std::to_string(look.extent.high);
    EXPECT_EQ(chosen.depth, depth) << name << ": " << chosen.depth.low << ' ' << chosen.depth.high;
    EXPECT_EQ(chosen.warnings.size(), warnings) << name;
  }
}

TEST(ChooseDepthTest, WarnsOfFewOutliersAndOfMixtures) {
  DepthLook look = Integers(0, 65535);
  look.most = {0, 4000};
  ChosenDepth chosen = ChooseDepth(Kind::kAuto, look);
  EXPECT_EQ(chosen.depth, Depth());
  ASSERT_EQ(chosen.warnings.size(), 1u);
  EXPECT_EQ(chosen.warnings[0],
            "of the values of these pictures, 0 to 65535, 99.8 % lie in 0 to 4000 and become only 16 of 256 levels; "
            "`depth` 0,4000 spreads them, and clips the others");
  look = Integers(0, 1000);
  look.floats = true;
  look.looked = 3;
  chosen = ChooseDepth(Kind::kAuto, look);
  ASSERT_EQ(chosen.warnings.size(), 2u);
  EXPECT_EQ(chosen.warnings[0],
            "5 pictures have more than 8 bits a channel, with values of 0 to 1000 in 3 of them: of 10 bits the high 8 "
            "are taken; `depth` scales otherwise");
  EXPECT_EQ(chosen.warnings[1].find("some of these pictures hold integers and some floats"), 0u);
}

class DepthTest : public ::testing::Test {
 protected:
  // Two classes of `count` pictures; make(i) is the file of picture i, at the place of value v in 0 ... 143.
  void Write(const std::function<std::string(int)>& make, const char* extension, int count = 8) {
    std::filesystem::remove_all(dir_ / "raw");
    for (int i = 0; i < 2 * count; ++i) {
      WriteFile(dir_ / ("raw/" + std::string(i % 2 == 0 ? "a/" : "b/") + std::to_string(i) + extension), make(i));
    }
    const DepthChoice depth = options_.depth;
    options_ = testing::TinyOptions(dir_.path());
    options_.depth = depth;
    options_.channels = 1;
  }

  static std::vector<uint16_t> Values(int i, int low, int high) {
    std::vector<uint16_t> values(kSide * kSide);
    const int last = static_cast<int>(values.size()) - 1;
    for (int k = 0; k <= last; ++k) {
      values[static_cast<size_t>(k)] = static_cast<uint16_t>(low + (high - low) * ((k + i) % (last + 1)) / last);
    }
    return values;
  }
  static std::function<std::string(int)> Pngs(int low, int high) {
    return [=](int i) { return DeepPng(kSide, Values(i, low, high)); };
  }

  CompileReport Compile() {
    std::filesystem::remove_all(options_.output);
    NoProgress progress;
    return CompileDataset(options_, progress);
  }

  // The pictures of train, as a loader decodes them, by name of the file.
  std::map<std::string, std::vector<uint8_t>> Pictures(const DatasetInfo& info) const {
    std::map<std::string, std::vector<uint8_t>> pictures;
    RecordStream stream(options_.output, Split::kTrain);
    const SampleParser parser(info);
    Image image;
    while (const auto record = stream.Next()) {
      const Sample sample = parser.Parse(*record);
      parser.Picture(sample, 0, &image);
      pictures[sample.filename] = {image.data(), image.data() + image.bytes()};
    }
    return pictures;
  }

  void ExpectBytes(const std::function<int(uint16_t)>& byte_of, int low, int high) {
    for (const Store store : {Store::kCompressed, Store::kRaw, Store::kNormalized}) {
      options_.store = store;
      const CompileReport report = Compile();
      const auto pictures = Pictures(report.info);
      ASSERT_EQ(pictures.size(), 8u);
      for (const auto& [name, bytes] : pictures) {
        std::vector<uint8_t> expected;
        for (const uint16_t value : Values(std::stoi(name.substr(2)), low, high)) {
          expected.push_back(static_cast<uint8_t>(byte_of(value)));
        }
        EXPECT_EQ(bytes, expected) << name << ' ' << NameOf(store);
      }
    }
  }

  TempDir dir_;
  CompileOptions options_;
};

TEST_F(DepthTest, TwelveBitsKeepTheirLevels) {
  Write(Pngs(0, 4095), ".png");
  ExpectBytes([](uint16_t value) { return value >> 4; }, 0, 4095);
  const CompileReport report = Compile();
  EXPECT_EQ(report.info.depth, Depth::Bits(12));
  EXPECT_EQ(LoadDatasetInfo(options_.output).depth, Depth::Bits(12));
  ASSERT_EQ(report.warnings.size(), 1u);
  EXPECT_EQ(report.warnings[0],
            "16 pictures have more than 8 bits a channel, with values of 0 to 4095 in 8 of them: of 12 bits the high 8 "
            "are taken; "
            "`depth` scales otherwise");
  EXPECT_EQ(report.notes.clipped, 0u);

  Write([](int i) { return DeepTiff(kSide, Values(i, 0, 4095)); }, ".tif");
  ExpectBytes([](uint16_t value) { return value >> 4; }, 0, 4095);
}

TEST_F(DepthTest, EightBitsIn16AreNotBlack) {
  Write(Pngs(0, 255), ".png");
  ExpectBytes([](uint16_t value) { return value; }, 0, 255);
}

TEST_F(DepthTest, SixteenBitsStayAsTheyWere) {
  Write(Pngs(0, 65535), ".png");
  ExpectBytes([](uint16_t value) { return value >> 8; }, 0, 65535);
  options_.store = Store::kCompressed;
  const CompileReport report = Compile();
  EXPECT_EQ(report.warnings, std::vector<std::string>());
  RecordStream stream(options_.output, Split::kTrain);
  const Sample sample = SampleParser(report.info).Parse(*stream.Next());
  EXPECT_EQ(sample.content, ReadFile(dir_ / ("raw/" + sample.filename))) << "the source's own bytes";
}

TEST_F(DepthTest, ChoicesHold) {
  Write(Pngs(0, 4095), ".png");
  options_.depth = {.kind = Kind::kHighByte};
  ExpectBytes([](uint16_t value) { return value >> 8; }, 0, 4095);
  options_.depth = {.kind = Kind::kBits, .bits = 14};
  ExpectBytes([](uint16_t value) { return value >> 6; }, 0, 4095);
  options_.depth = {.kind = Kind::kMinMax};
  ExpectBytes([](uint16_t value) { return std::min(255, static_cast<int>(value * (256 / 4095.0))); }, 0, 4095);
  options_.depth = {.kind = Kind::kRange, .low = 0, .high = 1024};
  ExpectBytes([](uint16_t value) { return std::min(255, value >> 2); }, 0, 4095);
  EXPECT_EQ(Compile().notes.clipped, 16u);
}

TEST_F(DepthTest, FloatsAreScaledOrRejected) {
  Write(
      [](int i) {
        const std::vector<uint16_t> values = Values(i, 0, 1000);
        std::vector<float> floats(values.begin(), values.end());
        for (float& value : floats) value /= 1000;
        return DeepTiff(kSide, floats);
      },
      ".tif");
  ExpectBytes([](uint16_t value) { return std::min(255, static_cast<int>(value / 1000.0f * 256.0)); }, 0, 1000);
  EXPECT_EQ(Compile().info.depth, Depth::Range(0, 1));
  options_.depth = {.kind = Kind::kHighByte};
  try {
    Compile();
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("floats, which become bytes only by a range"), std::string::npos);
  }
}

TEST_F(DepthTest, TheFewDeepAmongManyAreFound) {
  Write(
      [](int i) {
        if (i == 5) return DeepPng(kSide, Values(i, 0, 700));
        std::string png;
        EncodePng(testing::MakePicture(kSide, kSide, 1, static_cast<uint32_t>(i)), &png);
        return png;
      },
      ".png");
  const CompileReport report = Compile();
  EXPECT_EQ(report.info.depth, Depth::Bits(10));
  ASSERT_EQ(report.warnings.size(), 1u);
  EXPECT_EQ(report.warnings[0].find("1 picture has more than 8 bits"), 0u) << report.warnings[0];
}

TEST_F(DepthTest, OnlyTheOptionsDecideTheFingerprint) {
  Write(Pngs(0, 4095), ".png");
  const std::string fitting = Compile().info.fingerprint;
  options_.depth = {.kind = Kind::kHighByte};
  const DatasetInfo high = Compile().info;
  EXPECT_NE(high.fingerprint, fitting);
  EXPECT_FALSE(high.options.contains("depth")) << "as before there was a choice";
  options_.depth = {.kind = Kind::kRange, .low = -1, .high = 0.5};
  EXPECT_EQ(Compile().info.options.at("depth"), "-1,0.5");
}

TEST_F(DepthTest, ThreadsAndWorkersMakeTheSameBytes) {
  Write(Pngs(3, 3000), ".png");
  options_.store = Store::kNormalized;
  options_.scale = ScaleMode::kStandard;
  options_.mean.source = options_.stddev.source = Moments::Source::kAuto;
  options_.shards = 2;
  Compile();
  const auto contents = testing::Contents(options_.output);
  options_.jobs = 4;
  Compile();
  EXPECT_EQ(testing::Contents(options_.output), contents);

  std::filesystem::remove_all(options_.output);
  NoProgress progress;
  CompileOptions worker = options_;
  worker.worker.count = 2;
  for (worker.worker.index = 0; worker.worker.index < 2; ++worker.worker.index) {
    worker.work = CompileWork::kStatistics;
    worker.output = dir_ / ("stats" + std::to_string(worker.worker.index));
    worker.statistics.clear();
    CompileDataset(worker, progress);
  }
  worker.output = options_.output;
  worker.statistics = {dir_ / "stats0", dir_ / "stats1"};
  worker.work = CompileWork::kShare;
  for (worker.worker.index = 0; worker.worker.index < 2; ++worker.worker.index) CompileDataset(worker, progress);
  worker.worker.index = 0;
  worker.work = CompileWork::kFinish;
  EXPECT_EQ(CompileDataset(worker, progress).info.depth, Depth::Bits(12));
  EXPECT_EQ(testing::Contents(options_.output), contents);
}

TEST_F(DepthTest, WorkersThatSawOtherValuesAreRefused) {
  NoProgress progress;
  Write(Pngs(0, 4095), ".png");
  options_.shards = 2;
  options_.work = CompileWork::kShare;
  options_.worker = {0, 2};
  CompileDataset(options_, progress);
  const std::string manifest = ReadFile(options_.manifest);
  Write(Pngs(0, 65535), ".png");
  ASSERT_EQ(ReadFile(options_.manifest), manifest);
  options_.shards = 2;
  options_.work = CompileWork::kShare;
  options_.worker = {1, 2};
  try {
    CompileDataset(options_, progress);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("other values of more than 8 bits"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace dataset

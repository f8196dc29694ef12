#include "dataset/read/foreign_dataset.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "dataset/base/crc32c.h"
#include "dataset/base/error.h"
#include "dataset/base/little_endian.h"
#include "dataset/base/sha256.h"
#include "dataset/base/utf8.h"
#include "dataset/catalog/content_hash.h"
#include "dataset/codec/encoder.h"
#include "dataset/io/file.h"
#include "dataset/io/sync.h"
#include "dataset/load/loader.h"
#include "dataset/read/open_dataset.h"
#include "dataset/read/record_stream.h"
#include "dataset/read/sample_parser.h"
#include "dataset/read/shard_set.h"
#include "dataset/sample/store.h"
#include "tests/dataset/load/toy_dataset.h"
#include "tests/dataset/read/foreign_file.h"
#include "tests/testing/pictures.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::ForeignExample;
using testing::Text;
using testing::WriteExamples;
using testing::WriteFile;
using Names = std::vector<std::string>;

constexpr int kSamples = 23;
constexpr int kSize = 16;

std::string ErrorOf(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

// Returns all bytes of an augmented epoch.
std::string Epoch(const fs::path& folder, const DatasetInfo& info, uint64_t memory = 1 << 20) {
  LoaderOptions options;
  options.folder = folder;
  options.augmentation.image_size = kSize;
  options.augmentation.eval_resize = kSize;
  options.augmentation.random_resized_crop = true;
  options.augmentation.flip_left_right = 0.5;
  options.augmentation.brightness = options.augmentation.contrast = options.augmentation.saturation = 0.2;
  options.batch_size = 4;
  options.threads = 2;
  options.memory = memory;
  options.seed = 5;
  Loader loader(info, options);
  const auto source = loader.Epoch(1);
  std::string text;
  while (const BatchLease batch = source->Next()) {
    for (const uint32_t id : batch->ids) text += std::to_string(id) + " ";
    for (const int64_t label : batch->labels) text += std::to_string(label) + " ";
    text.append(static_cast<const char*>(batch->data), static_cast<size_t>(batch->size) * kSize * kSize * 3);
  }
  return text;
}

class ForeignDatasetTest : public ::testing::Test {
 protected:
  ForeignDatasetTest() { fs::create_directories(folder_); }

  static Image Picture(int i) { return testing::MakePicture(24 + i % 5, 26 + i % 7, 3, static_cast<uint32_t>(i)); }

  // Writes the pictures as dscompile stores them. They are the same for all stores, because PNG loses nothing.
  DatasetInfo WriteCompiled(const fs::path& folder, Store store) const {
    fs::create_directories(folder);
    std::vector<std::string> payloads;
    for (int i = 0; i < kSamples; ++i) {
      const Image picture = Picture(i);
      std::string content(reinterpret_cast<const char*>(picture.data()), picture.bytes());
      if (store == Store::kCompressed) EncodePng(picture, &content);
      Sample sample;
      sample.store = store;
      sample.content = content;
      sample.format = store == Store::kCompressed ? "PNG" : "RAW";
      sample.dtype = "uint8";
      sample.layout = "HWC";
      sample.height = static_cast<uint32_t>(picture.height());
      sample.width = static_cast<uint32_t>(picture.width());
      sample.channels = 3;
      sample.label = static_cast<uint32_t>(i % 3);
      payloads.push_back(SerializeSample(sample));
    }
    DatasetInfo info = testing::WriteToyShards(folder, payloads, 2);
    info.store = store;
    return info;
  }

  // Writes records with the features make(picture) and a label, which begins at 1.
  void WriteForeign(const std::function<Example(const Image&)>& make) const {
    for (size_t shard = 0; shard < 2; ++shard) {
      std::vector<Example> examples;
      for (size_t i = kSamples * shard / 2; i < kSamples * (shard + 1) / 2; ++i) {
        examples.push_back(make(Picture(static_cast<int>(i))));
        examples.back()["label"] = std::vector<int64_t>{static_cast<int64_t>(i) % 3 + 1};
      }
      WriteExamples(folder_ / ("train-0000" + std::to_string(shard) + "-of-00002"), examples);
    }
  }

  const testing::TempDir dir_;
  const fs::path folder_ = dir_ / "foreign";
  const ForeignOptions options_ = {.keys = {{"image", "image"}, {"label", "label"}, {"shape", "shape"}},
                                   .label_base = 1,
                                   .classes = {},
                                   .layout = {},
                                   .scale = {}};
};

Feature Shape(std::vector<int64_t> sides) { return sides; }

std::string Planes(const Image& picture) {
  std::string planes;
  for (int c = 0; c < 3; ++c) {
    for (size_t i = static_cast<size_t>(c); i < picture.bytes(); i += 3) planes += static_cast<char>(picture.data()[i]);
  }
  return planes;
}

std::vector<float> Floats(std::string_view bytes, float a, float b) {
  std::vector<float> floats;
  for (const char byte : bytes) floats.push_back(static_cast<float>(static_cast<unsigned char>(byte)) * a + b);
  return floats;
}

std::string_view BytesOf(const Image& picture) {
  return {reinterpret_cast<const char*>(picture.data()), picture.bytes()};
}

TEST_F(ForeignDatasetTest, TheLoaderMakesTheSameBatchesOfTheSamePictures) {
  const std::string raw = Epoch(dir_ / "raw", WriteCompiled(dir_ / "raw", Store::kRaw));
  const std::string compressed = Epoch(dir_ / "png", WriteCompiled(dir_ / "png", Store::kCompressed));
  const auto hwc = [](const Image& p) { return Shape({p.height(), p.width(), 3}); };
  const auto chw = [](const Image& p) { return Shape({3, p.height(), p.width()}); };
  const struct {
    const char* what;
    std::function<Example(const Image&)> make;
    const std::string& same;
    Store store;
    std::optional<ScaleMode> scale;
  } cases[] = {
      {"image files",
       [](const Image& p) {
         std::string png;
         EncodePng(p, &png);
         return Example{{"image", Text(png)}};
       },
       compressed,
       Store::kCompressed,
       {}},
      {"bytes",
       [&](const Image& p) {
         return Example{{"image", Text(std::string(BytesOf(p)))}, {"shape", hwc(p)}};
       },
       raw,
       Store::kRaw,
       {}},
      {"planes of bytes",
       [&](const Image& p) {
         return Example{{"image", Text(Planes(p))}, {"shape", chw(p)}};
       },
       raw,
       Store::kRaw,
       {}},
      {"floats 0 to 1",
       [&](const Image& p) {
         return Example{{"image", Floats(BytesOf(p), 1 / 255.f, 0)}, {"shape", hwc(p)}};
       },
       raw, Store::kNormalized, ScaleMode::kUnit},
      {"planes of floats -1 to 1",
       [&](const Image& p) {
         return Example{{"image", Floats(Planes(p), 1 / 127.5f, -1)}, {"shape", chw(p)}};
       },
       raw, Store::kNormalized, ScaleMode::kSigned},
      {"floats 0 to 255, as bytes",
       [&](const Image& p) {
         std::string bytes;
         for (const float value : Floats(BytesOf(p), 1, 0)) {
           char four[sizeof(value)];
           StoreLittleEndian(value, four);
           bytes.append(four, sizeof(four));
         }
         return Example{{"image", Text(bytes)}, {"shape", hwc(p)}};
       },
       raw, Store::kNormalized, ScaleMode::kByte},
  };
  for (const auto& c : cases) {
    WriteForeign(c.make);
    const DatasetInfo info = OpenDataset(folder_, options_);
    EXPECT_EQ(info.store, c.store) << c.what;
    EXPECT_EQ(info.scale.a.empty(), !c.scale) << c.what;
    if (c.scale) {
      EXPECT_EQ(info.scale.mode, *c.scale) << c.what;
    }
    ASSERT_EQ(info.splits.size(), 1u);
    EXPECT_EQ(info.splits[0].records_per_class, (std::vector<uint32_t>{8, 8, 7})) << c.what;
    EXPECT_TRUE(Epoch(folder_, info) == c.same) << c.what;
    const fs::path pattern = folder_ / "train-*";
    EXPECT_TRUE(Epoch(pattern, OpenDataset(pattern, options_)) == c.same) << c.what << ", by a pattern";
  }
}

TEST_F(ForeignDatasetTest, SegmentsReadTheSameSamples) {
  WriteForeign([](const Image& p) {
    return Example{{"image", Text(std::string(BytesOf(p)))}, {"shape", Shape({p.height(), p.width(), 3})}};
  });
  const uint64_t memory = 40000;
  const DatasetInfo compiled = WriteCompiled(dir_ / "raw", Store::kRaw);
  EXPECT_FALSE(Epoch(folder_, OpenDataset(folder_, options_), memory).empty());
  EXPECT_EQ(Epoch(folder_, OpenDataset(folder_, options_), memory).size(),
            Epoch(dir_ / "raw", compiled, memory).size());
}

// Reads files that goldens/make_foreign.py wrote, which shares no code with us.
TEST_F(ForeignDatasetTest, ReadsWhatAnIndependentProgramWrote) {
  const fs::path goldens = testing::SourceDir() / "tests/dataset/goldens";
  const struct {
    const char* pattern;
    std::map<std::string, std::string> keys;
    Split split;
    int records;
    std::optional<ScaleMode> scale;
  } cases[] = {
      {"pixels_train-*", {{"image", "image"}, {"label", "label"}, {"shape", "shape"}}, Split::kTrain, 4, {}},
      {"floats_*", {{"image", "values"}, {"label", "label"}, {"shape", "shape"}}, Split::kVal, 3, ScaleMode::kUnit},
  };
  for (const auto& c : cases) {
    ForeignOptions options = options_;
    options.keys = c.keys;
    const DatasetInfo info = OpenDataset(goldens / c.pattern, options);
    EXPECT_EQ(info.classes, (Names{"1", "2", "3"}));
    EXPECT_EQ(info.scale.a.empty(), !c.scale);
    if (c.scale) {
      EXPECT_EQ(info.scale.mode, *c.scale);
    }
    RecordStream stream(goldens / c.pattern, {}, options);
    const SampleParser parser(info);
    int number = 0;
    Image picture;
    while (const auto record = stream.Next()) {
      EXPECT_EQ(record->split, c.split);
      const Sample sample = parser.Parse(*record);
      EXPECT_EQ(sample.label, static_cast<uint32_t>(number % 3));
      parser.Picture(sample, 0, &picture);
      ASSERT_EQ(picture.height(), 2);
      ASSERT_EQ(picture.width(), 4);
      ASSERT_EQ(picture.channels(), 3);
      for (int i = 0; i < 24; ++i) EXPECT_EQ(picture.data()[i], (37 * number + 11 * i) % 256) << number << " " << i;
      ++number;
    }
    EXPECT_EQ(number, c.records);
    EXPECT_EQ(info.splits[0].records, static_cast<uint32_t>(c.records));
  }
}

TEST_F(ForeignDatasetTest, ReadsTfSlimsFlowers) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  const fs::path files = data / "tfrecords/flowers_validation_0000[01]-of-00005.tfrecord";
  const DatasetInfo info = OpenDataset(files);
  ASSERT_EQ(info.splits.size(), 1u);
  EXPECT_EQ(info.splits[0].split, Split::kVal);
  EXPECT_EQ(info.splits[0].records, 140u);
  EXPECT_EQ(info.splits[0].shards.size(), 2u);
  EXPECT_EQ(info.splits[0].records_per_class, (std::vector<uint32_t>{23, 40, 25, 25, 27}));
  EXPECT_EQ(info.classes, (Names{"0", "1", "2", "3", "4"}));
  EXPECT_NE(ErrorOf([&] {
              OpenDataset(data / "tfrecords/flowers_validation_*");
            }).find("_00002-of-00005.tfrecord: is missing"),
            std::string::npos);

  LoaderOptions options;
  options.folder = files;
  options.split = Split::kVal;
  options.augmentation.image_size = 64;
  options.augmentation.eval_resize = 64;
  options.batch_size = 70;
  options.threads = 2;
  Loader loader(info, options);
  const auto source = loader.Epoch(0);
  int samples = 0;
  while (const BatchLease batch = source->Next()) samples += batch->valid;
  EXPECT_EQ(samples, 140);
}

TEST_F(ForeignDatasetTest, ClassesComeFromAMapFromTextOrFromLabels) {
  std::vector<Example> examples;
  for (const int label : {0, 2}) {
    examples.push_back(ForeignExample(testing::Jpeg(1), label));
    examples.back()["image/class/text"] = Text(label == 0 ? "zero" : "two");
  }
  WriteExamples(folder_ / "x.tfrecord", examples);
  EXPECT_EQ(OpenDataset(folder_).classes, (Names{"zero", "1", "two"}));
  WriteFile(folder_ / "labels.txt", "0:a\n1:b\n2:c\n3:d\n");
  EXPECT_EQ(OpenDataset(folder_).classes, (Names{"a", "b", "c", "d"}));
  EXPECT_EQ(OpenDataset(folder_ / "x.tfrecord").classes, (Names{"a", "b", "c", "d"}));
  EXPECT_EQ(OpenDataset(folder_).splits[0].records_per_class, (std::vector<uint32_t>{1, 0, 1, 0}));
  ForeignOptions options;
  options.classes = dir_ / "mine.txt";
  WriteFile(options.classes, "x\ny\nz\n");
  EXPECT_EQ(OpenDataset(folder_, options).classes, (Names{"x", "y", "z"}));
  WriteFile(options.classes, "x\ny\n");
  EXPECT_NE(ErrorOf([&] { OpenDataset(folder_, options); }).find("x.tfrecord: record 1 at byte "), std::string::npos);
}

// Names go into JSON files and are printed on terminals.
TEST_F(ForeignDatasetTest, NamesInRecordsBecomePrintable) {
  std::vector<Example> examples;
  for (const int label : {0, 1}) {
    examples.push_back(ForeignExample(testing::Jpeg(1), label));
    examples.back()["image/class/text"] = Text(label == 0 ? "caf\xe9" : "two\nlines\x1b[31m");
  }
  WriteExamples(folder_ / "x.tfrecord", examples);
  for (const std::string& name : OpenDataset(folder_).classes) {
    EXPECT_TRUE(IsUtf8(name)) << name;
    for (const char byte : name) EXPECT_GE(static_cast<unsigned char>(byte), 0x20) << name;
  }
}

TEST_F(ForeignDatasetTest, LabelsMayBeClassNames) {
  std::vector<Example> examples = {ForeignExample(testing::Jpeg(1), 0), ForeignExample(testing::Jpeg(2), 0)};
  examples[0]["image/class/label"] = Text("rose");
  examples[1]["image/class/label"] = Text("daisy");
  WriteExamples(folder_ / "x.tfrecord", examples);
  EXPECT_NE(ErrorOf([&] { OpenDataset(folder_); }).find("is text; `classes` FILE numbers the names"),
            std::string::npos);
  WriteFile(folder_ / "classes.txt", "daisy\nrose\n");
  const DatasetInfo info = OpenDataset(folder_);
  EXPECT_EQ(info.splits[0].shards[0].foreign->labels, (std::vector<uint32_t>{1, 0}));
}

TEST_F(ForeignDatasetTest, ATestSplitWithoutLabelsIsLeftOut) {
  const std::string jpeg = testing::Jpeg(1);
  Example none = ForeignExample(jpeg, 0);
  none.erase("image/class/label");
  const auto write_train = [&] {
    WriteExamples(folder_ / "train-00000-of-00001", {ForeignExample(jpeg, 0), ForeignExample(jpeg, 1)});
  };
  write_train();
  for (const Example& hidden : {ForeignExample(jpeg, -1), none}) {
    WriteExamples(folder_ / "test-00000-of-00002", {hidden});
    WriteExamples(folder_ / "test-00001-of-00002", {hidden, hidden});
    const DatasetInfo info = OpenDataset(folder_);
    ASSERT_EQ(info.splits.size(), 1u);
    EXPECT_EQ(info.splits[0].records, 2u);
    EXPECT_EQ(info.classes, (Names{"0", "1"}));
    EXPECT_EQ(info.notes, Names{"test is left out, because none of its 3 records has a label"});
    EXPECT_EQ(ErrorOf([&] { ShardSet(folder_, info, Split::kTest); }),
              folder_.string() + ": has no split test, only train; " + info.notes[0]);
  }
  const std::string before = OpenDataset(folder_).fingerprint;

  // One label among them: the others are faults.
  WriteExamples(folder_ / "test-00001-of-00002", {none, ForeignExample(jpeg, 1)});
  EXPECT_NE(ErrorOf([&] { OpenDataset(folder_); }).find("test-00000-of-00002: record 0 at byte 0: lacks image/class"),
            std::string::npos);

  // Nothing but test, or no label in another split.
  for (const char* file : {"test-00000-of-00002", "test-00001-of-00002"}) WriteExamples(folder_ / file, {none});
  EXPECT_NE(ErrorOf([&] { OpenDataset(folder_ / "test-*"); }).find("lacks image/class/label"), std::string::npos);
  WriteExamples(folder_ / "val-00000-of-00001", {ForeignExample(jpeg, -1)});
  EXPECT_NE(ErrorOf([&] { OpenDataset(folder_); }).find("val-00000-of-00001: record 0 at byte 0: image/class/label -1"),
            std::string::npos);
  for (const char* file : {"test-00000-of-00002", "test-00001-of-00002", "val-00000-of-00001"}) {
    fs::remove(folder_ / file);
  }
  EXPECT_EQ(OpenDataset(folder_).fingerprint, before) << "it is that of what is read";
}

TEST_F(ForeignDatasetTest, SaysWhatLooksAsIfItWasMeantInAnotherWay) {
  const auto write = [&](const char* file, const std::vector<int64_t>& labels) {
    std::vector<Example> examples;
    for (const int64_t label : labels) examples.push_back(ForeignExample(testing::Jpeg(1), label));
    WriteExamples(folder_ / file, examples);
  };
  const auto notes = [&](std::optional<uint32_t> label_base = {}) {
    ForeignOptions options;
    options.label_base = label_base;
    return OpenDataset(folder_, options).notes;
  };
  write("train.tfrecord", {0, 1, 2});
  EXPECT_EQ(notes(), Names{});
  write("train.tfrecord", {1, 3, 2});
  EXPECT_EQ(notes(), Names{"the smallest label is 1, so class 0 (0) has no records; if labels count from 1, "
                           "`label_base` 1 says so"});
  EXPECT_EQ(notes(1), Names{});
  EXPECT_EQ(notes(0), Names{}) << "it was said";
  write("train.tfrecord", {0, 99999, 7});
  EXPECT_EQ(notes(), Names{"only 3 of 100000 classes have records: labels go up to 99999, and no option numbers them "
                           "anew"});
  write("train.tfrecord", {0, 1, 2});
  write("test.tfrecord", {0, 0});
  EXPECT_EQ(notes(), Names{"all 2 records of test are of class 0; perhaps that is no label, but stands for none"});
  fs::remove(folder_ / "test.tfrecord");
  fs::rename(folder_ / "train.tfrecord", folder_ / "x.tfrecord");
  EXPECT_EQ(notes(), Names{"the names of its files tell no split, so all 1 are train"});
  EXPECT_EQ(OpenDataset(folder_ / "x.tfrecord").notes, Names{});
  const auto called = [&](const char* file, const char* name, int64_t label) {
    Example example = ForeignExample(testing::Jpeg(1), label);
    example["image/class/text"] = Text(name);
    WriteExamples(folder_ / file, {example});
  };
  // A broken first picture is for whoever reads it.
  WriteExamples(folder_ / "x.tfrecord", {ForeignExample(testing::Jpeg(1).substr(0, 40), 0)});
  EXPECT_EQ(OpenDataset(folder_ / "x.tfrecord").notes, Names{});
  fs::remove(folder_ / "x.tfrecord");
  called("train.tfrecord", "cat", 0);
  called("val.tfrecord", "cat", 0);
  EXPECT_EQ(notes(), Names{});
  called("val.tfrecord", "dog", 0);
  EXPECT_EQ(notes(), Names{"records call class 0 \"cat\", others \"dog\"; perhaps files number their classes in "
                           "different ways"});
  for (const char* file : {"train.tfrecord", "val.tfrecord"}) fs::remove(folder_ / file);
  WriteExamples(folder_ / "x.tfrecord", {ForeignExample(testing::DeepPng(2, {0, 4095, 7, 9}), 0)});
  const std::string deep =
      " more than 8 bits a channel, of which the high 8 are used; if they hold less, dsplit and dscompile make a "
      "dataset of the picture files that fits their range";
  EXPECT_EQ(OpenDataset(folder_ / "x.tfrecord").notes, Names{"1 of its first 1 picture has" + deep});
  std::vector<Example> mixed(40, ForeignExample(testing::Jpeg(1), 0));
  mixed[3] = ForeignExample(testing::Jpeg(1).substr(0, 40), 0);  // is for whoever reads it
  for (const size_t i : {5, 31, 39}) mixed[i] = ForeignExample(testing::DeepPng(2, {0, 4095, 7, 9}), 0);
  WriteExamples(folder_ / "x.tfrecord", mixed);
  EXPECT_EQ(OpenDataset(folder_ / "x.tfrecord").notes, Names{"2 of its first 32 pictures have" + deep});
}

TEST_F(ForeignDatasetTest, OneHotLabelsAndFloatsAreClasses) {
  const auto one_hot = [](size_t size, size_t one) {
    std::vector<int64_t> label(size);
    label[one] = 1;
    return label;
  };
  std::vector<Example> examples(3, ForeignExample(testing::Jpeg(1), 0));
  const auto check = [&] {
    WriteExamples(folder_ / "x.tfrecord", examples);
    const DatasetInfo info = OpenDataset(folder_);
    EXPECT_EQ(info.splits[0].shards[0].foreign->labels, (std::vector<uint32_t>{2, 0, 1}));
    RecordStream stream(folder_, {});
    const SampleParser parser(info);
    for (const uint32_t label : {2u, 0u, 1u}) EXPECT_EQ(parser.Parse(*stream.Next()).label, label);
  };
  for (const size_t size : {3, 900}) {  // the latter are larger than what a scan looks at first
    for (const size_t i : {0, 1, 2}) examples[i]["image/class/label"] = one_hot(size, (i + 2) % 3);
    check();
  }
  for (const size_t i : {0, 1, 2}) {
    examples[i]["image/class/label"] = std::vector<float>{static_cast<float>((i + 2) % 3)};
  }
  check();
  examples[2]["image/class/label"] = std::vector<int64_t>{0, 1};
  WriteExamples(folder_ / "x.tfrecord", examples);
  EXPECT_NE(ErrorOf([&] { OpenDataset(folder_); }).find("label has 2 integers, but 1 in the first record; a one-hot"),
            std::string::npos);
}

TEST_F(ForeignDatasetTest, NotesNamesThatTheClassFileContradicts) {
  const auto notes = [&](const char* classes, const Names& texts, std::optional<uint32_t> base = {}) {
    WriteFile(folder_ / "labels.txt", classes);
    std::vector<Example> examples;
    for (const std::string& text : texts) {
      examples.push_back(ForeignExample(testing::Jpeg(1), static_cast<int64_t>(examples.size() + base.value_or(0))));
      if (!text.empty()) examples.back()["image/class/text"] = Text(text);
    }
    WriteExamples(folder_ / "x-train.tfrecord", examples);
    ForeignOptions options;
    options.label_base = base;
    return OpenDataset(folder_, options).notes;
  };
  const std::string end = "; perhaps they number their classes in different ways";
  EXPECT_EQ(notes("cat\ndog\n", {"cat", "dog"}), Names{});
  EXPECT_EQ(notes("cat\ndog\n", {"Cat ", ""}), Names{});
  EXPECT_EQ(notes("cat\ndog\n", {"", ""}), Names{});
  EXPECT_EQ(notes("0:crane\n1:owl\n2:crane\n", {"crane", "owl", "crane"}), Names{});
  EXPECT_EQ(notes("cat\ndog\n", {"dog", "cat"}), Names{"records call class 0 \"dog\", but labels.txt \"cat\"" + end});
  EXPECT_EQ(notes("cat\ndog\n", {"", "cow"}), Names{"records call class 1 \"cow\", but labels.txt \"dog\"" + end});
  EXPECT_EQ(notes("0:none\n1:cat\n2:dog\n", {"cat", "cow"}, 1),
            Names{"records call class 2 \"cow\", but labels.txt \"dog\"" + end});
}

// A text of digits means the same to a scan and to a reader.
TEST_F(ForeignDatasetTest, DigitsAreNumbersWhateverClassesAreCalled) {
  std::vector<Example> examples(2, ForeignExample(testing::Jpeg(1), 0));
  for (const int i : {0, 1}) {
    examples[static_cast<size_t>(i)]["image/class/label"] = Text(std::to_string(i));
    examples[static_cast<size_t>(i)]["image/class/text"] = Text(std::to_string(1 - i));
  }
  WriteExamples(folder_ / "x.tfrecord", examples);
  const DatasetInfo info = OpenDataset(folder_);
  EXPECT_EQ(info.classes, (Names{"1", "0"}));
  EXPECT_EQ(info.splits[0].shards[0].foreign->labels, (std::vector<uint32_t>{0, 1}));
  RecordStream stream(folder_, {});
  const SampleParser parser(info);
  for (const uint32_t label : {0u, 1u}) EXPECT_EQ(parser.Parse(*stream.Next()).label, label);
}

// The bytes of an int32 are a tiny float, which would be black.
TEST_F(ForeignDatasetTest, IntegersOfFourBytesAreNoFloats) {
  const std::string pixels = testing::FromHex("01000000 ff000000 80000000 00000000");
  WriteExamples(
      folder_ / "x.tfrecord",
      {{{"image", Text(pixels)}, {"label", std::vector<int64_t>{1}}, {"shape", std::vector<int64_t>{2, 2, 1}}}});
  EXPECT_NE(ErrorOf([&] { OpenDataset(folder_, options_); }).find("are no floats, but perhaps int32"),
            std::string::npos);
  ForeignOptions named = options_;
  named.scale = ScaleMode::kUnit;
  EXPECT_EQ(OpenDataset(folder_, named).scale.mode, ScaleMode::kUnit) << "as it was said";
}

TEST_F(ForeignDatasetTest, FloatsOutsideOfEveryRangeNeedAScale) {
  const auto write = [&](std::vector<float> first, std::vector<float> second) {
    std::vector<Example> examples;
    for (int i = 0; i < 40; ++i) {
      const bool last = i == 39;
      examples.push_back({{"image", last ? second : first},
                          {"label", std::vector<int64_t>{1}},
                          {"shape", std::vector<int64_t>{1, static_cast<int64_t>(first.size())}}});
    }
    WriteExamples(folder_ / "x.tfrecord", examples);
  };
  ForeignOptions options = options_;
  write({0, 256}, {0, 0});
  EXPECT_NE(ErrorOf([&] { OpenDataset(folder_, options); }).find("name what they are with `scale`"), std::string::npos);
  const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
  write({0, nan}, {0, 0});
  EXPECT_NE(ErrorOf([&] {
              OpenDataset(folder_, options);
            }).find("are not all finite numbers; those that are, 0.000000 ... 0.000000, are read if you name"),
            std::string::npos);
  for (const float value : {nan, inf, -inf}) {
    write({value, value}, {0, 0});
    EXPECT_NE(ErrorOf([&] { OpenDataset(folder_, options); }).find("hold no finite number: all are NaN or infinite"),
              std::string::npos);
  }
  write({0, nan}, {0, 0});
  options.scale = ScaleMode::kStandard;
  EXPECT_EQ(OpenDataset(folder_, options).scale.mode, ScaleMode::kStandard);

  // If the range was measured, a value outside of it is an error; if it was named, the value is clamped.
  write({0, 1}, {0, 200});
  options.scale = {};
  EXPECT_EQ(OpenDataset(folder_, options).scale.mode, ScaleMode::kUnit);
  const std::string error = ErrorOf([&] { Epoch(folder_, OpenDataset(folder_, options)); });
  EXPECT_NE(error.find("record 39 at byte "), std::string::npos) << error;
  EXPECT_NE(error.find("a value lies outside the range of the first records, unit; name the range of all with `scale`"),
            std::string::npos)
      << error;
  options.scale = ScaleMode::kUnit;
  EXPECT_EQ(ErrorOf([&] { Epoch(folder_, OpenDataset(folder_, options)); }), "");
}

TEST_F(ForeignDatasetTest, NotesRecordsInFilesOfOtherNames) {
  for (const char* file : {"train.tfrecord", "train.tfrecord_1"}) {
    WriteExamples(folder_ / file, {ForeignExample(testing::Jpeg(1), 0)});
  }
  EXPECT_EQ(OpenDataset(folder_).notes,
            Names{"1 file with records is not read, because the name is none of a TFRecord file: " +
                  (folder_ / "train.tfrecord_1").string()});
  EXPECT_EQ(OpenDataset(folder_ / "train.tfrecord").notes, Names{});
  fs::rename(folder_ / "train.tfrecord_1", folder_ / "val.tfrecord_1");
  EXPECT_NE(ErrorOf([&] { OpenDataset(folder_); }).find("but holds records, and no other file has any of val"),
            std::string::npos);
}

TEST_F(ForeignDatasetTest, EmptyFilesCountAsShards) {
  WriteFile(folder_ / "train-00000-of-00003", "");
  WriteExamples(folder_ / "train-00001-of-00003", {ForeignExample(testing::Jpeg(1), 0)});
  WriteFile(folder_ / "train-00002-of-00003", "");
  WriteFile(folder_ / "val-00000-of-00001", "");
  const DatasetInfo info = OpenDataset(folder_);
  ASSERT_EQ(info.splits.size(), 1u);
  EXPECT_EQ(info.splits[0].shards.size(), 3u);
  EXPECT_EQ(info.notes,
            Names{"3 of its 4 files have no records, the first " + (folder_ / "train-00000-of-00003").string()});
  EXPECT_EQ(ShardSet(folder_, info, Split::kTrain).size(), 1u);
  EXPECT_FALSE(Epoch(folder_, info).empty());
  fs::remove(folder_ / "train-00001-of-00003");
  WriteFile(folder_ / "train-00001-of-00003", "");
  EXPECT_NE(ErrorOf([&] { OpenDataset(folder_); }).find("has no records"), std::string::npos);
}

TEST_F(ForeignDatasetTest, CompressedFilesAreRefusedBeforeAnythingElse) {
  RecordWriter writer(folder_ / "x.tfrecord.gz", RecordCompression::kGzip);
  writer.Write("no Example");
  writer.Close(Sync::kNo);
  EXPECT_NE(ErrorOf([&] { OpenDataset(folder_); }).find("x.tfrecord.gz: is compressed as a whole (gzip)"),
            std::string::npos);
}

TEST_F(ForeignDatasetTest, APictureThatIsNoneIsToldAtItsPlace) {
  const std::string jpeg = testing::Jpeg(1);
  WriteExamples(folder_ / "x.tfrecord", {ForeignExample(jpeg, 0), ForeignExample(jpeg.substr(0, 200), 0)});
  const std::string error = ErrorOf([&] { Epoch(folder_, OpenDataset(folder_)); });
  EXPECT_NE(error.find("x.tfrecord: record 1 at byte "), std::string::npos) << error;
}

TEST_F(ForeignDatasetTest, AFileThatChangesIsNoticed) {
  const fs::path file = folder_ / "x.tfrecord";
  WriteExamples(file, {ForeignExample(testing::Jpeg(1), 0)});
  const DatasetInfo info = OpenDataset(folder_);
  ShardSet(folder_, info, Split::kTrain);
  const std::string bytes = ReadFile(file);
  WriteFile(file, bytes + bytes);
  EXPECT_NE(ErrorOf([&] { ShardSet(folder_, info, Split::kTrain); }).find("but when it was opened it had"),
            std::string::npos);
}

TEST_F(ForeignDatasetTest, TheFingerprintIsThatOfWhatIsRead) {
  const fs::path file = folder_ / "x.tfrecord";
  WriteExamples(file, {ForeignExample(testing::Jpeg(1), 0), ForeignExample(testing::Jpeg(2), 1)});
  const std::string before = OpenDataset(folder_).fingerprint;
  EXPECT_EQ(OpenDataset(folder_).fingerprint, before);
  EXPECT_EQ(OpenDataset(file).fingerprint, before) << "it is the same";
  fs::rename(folder_, dir_ / "moved");
  EXPECT_EQ(OpenDataset(dir_ / "moved").fingerprint, before);
  fs::rename(dir_ / "moved", folder_);
  WriteFile(folder_ / "classes.txt", "a\nb\n");
  EXPECT_NE(OpenDataset(folder_).fingerprint, before);
  fs::remove(folder_ / "classes.txt");
  WriteExamples(file, {ForeignExample(testing::Jpeg(1), 1), ForeignExample(testing::Jpeg(2), 0)});
  EXPECT_NE(OpenDataset(folder_).fingerprint, before);
}

// Pixels of one size leave every length and label as it was.
TEST_F(ForeignDatasetTest, TheContentIsThatOfThePayloads) {
  const fs::path file = folder_ / "x.tfrecord";
  const auto write = [&](char pixel) {
    Example example = {{"image/raw", Text(std::string(12000, pixel))},
                       {"image/height", std::vector<int64_t>{40}},
                       {"image/width", std::vector<int64_t>{100}},
                       {"image/channels", std::vector<int64_t>{3}},
                       {"image/class/label", std::vector<int64_t>{0}}};
    Example same = example;
    same["image/raw"] = Text(std::string(12000, '\0'));
    WriteExamples(file, {same, example});
  };
  write('a');
  const DatasetInfo before = OpenDataset(folder_);
  const std::string bytes = ReadFile(file);
  const std::string crcs =
      bytes.substr(before.splits[0].shards[0].foreign->index[1].offset - 4, 4) + bytes.substr(bytes.size() - 4);
  EXPECT_EQ(ContentHash(before),
            Sha256Hex("x.tfrecord " + std::to_string(bytes.size()) + " " + std::to_string(Crc32c(crcs)) + "\n"));
  EXPECT_EQ(ContentHash(OpenDataset(file)), ContentHash(before)) << "it is the same";
  write('b');
  const DatasetInfo after = OpenDataset(folder_);
  EXPECT_EQ(after.fingerprint, before.fingerprint);
  EXPECT_NE(ContentHash(after), ContentHash(before));
}

TEST_F(ForeignDatasetTest, RefusesOptionsThatDoNotFit) {
  WriteExamples(folder_ / "x.tfrecord", {ForeignExample(testing::Jpeg(1), 0)});
  ForeignOptions layout, scale, keys;
  layout.layout = PixelLayout::kChw;
  scale.scale = ScaleMode::kUnit;
  keys.keys = {{"imag", "x"}};
  EXPECT_NE(ErrorOf([&] { OpenDataset(folder_, layout); }).find("`layout` does not apply: "), std::string::npos);
  EXPECT_NE(ErrorOf([&] { OpenDataset(folder_, scale); }).find("`scale` does not apply: "), std::string::npos);
  EXPECT_NE(ErrorOf([&] { OpenDataset(folder_, keys); }).find("no feature is named 'imag'"), std::string::npos);
  WriteFile(folder_ / "dataset.json", FormatDatasetInfo(WriteCompiled(folder_, Store::kRaw)));
  EXPECT_EQ(OpenDataset(folder_).store, Store::kRaw) << "a compiled dataset is what its description says";
  EXPECT_NE(ErrorOf([&] { OpenDataset(folder_, scale); }).find("has a dataset.json that tells them"),
            std::string::npos);
}

TEST_F(ForeignDatasetTest, AFolderThatDscompileHasNotFinishedIsNone) {
  WriteExamples(folder_ / "x.tfrecord", {ForeignExample(testing::Jpeg(1), 0)});
  for (const char* trace : {"x.tfrecord.state", "rejected.csv"}) {
    WriteFile(folder_ / trace, "");
    EXPECT_NE(ErrorOf([&] { OpenDataset(folder_); }).find("is not a complete dataset"), std::string::npos);
    fs::remove(folder_ / trace);
  }
  EXPECT_EQ(ErrorOf([&] { OpenDataset(folder_); }), "");
}

}  // namespace
}  // namespace dataset

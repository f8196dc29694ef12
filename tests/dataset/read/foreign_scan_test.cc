#include "dataset/read/foreign_scan.h"

#include <gtest/gtest.h>

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "dataset/io/sync.h"
#include "dataset/record/record_reader.h"
#include "tests/dataset/read/foreign_file.h"

namespace dataset {
namespace {

using testing::ForeignExample;
using testing::Text;
using testing::WriteExamples;
using testing::WriteFile;

class ForeignScanTest : public ::testing::Test {
 protected:
  ForeignScan Scan(Unlabelled unlabelled = Unlabelled::kRefuse) const {
    return ScanForeignFile(file_, {}, {}, {1000, {}}, unlabelled);
  }

  std::string CauseOf() const {
    try {
      Scan();
    } catch (const Error& error) {
      const std::string what = error.what();
      EXPECT_TRUE(what.starts_with(file_.string() + ": ")) << what;
      return what.substr(std::min(what.size(), file_.string().size() + 2));
    }
    return "";
  }

  // Returns the index that the reader of whole files finds.
  std::vector<IndexEntry> IndexOf() const {
    std::vector<IndexEntry> index;
    RecordReader reader(file_);
    while (const auto payload = reader.Next()) index.push_back({reader.offset(), payload->size() + 16});
    return index;
  }

  const testing::TempDir dir_;
  const std::filesystem::path file_ = dir_ / "x.tfrecord";
};

// The pictures have all sizes around those of the window and of small features. The labels come before or after them.
TEST_F(ForeignScanTest, FindsEveryRecordAndLabel) {
  std::vector<Example> examples;
  std::vector<uint32_t> labels;
  for (const size_t size : {0,    1,    100,  127,  128,  900,  950,  980,  990,  1000, 1010,  1020,
                            1024, 1030, 2000, 3000, 4000, 4050, 4080, 4096, 5000, 8192, 20000, 300000}) {
    for (const bool behind : {false, true}) {
      Example example = ForeignExample(std::string(size, '\x0a'), static_cast<int64_t>(labels.size()));
      if (behind) {
        example["a picture"] = example["image/encoded"];
        example["image/encoded"] = Text("");
      }
      labels.push_back(static_cast<uint32_t>(labels.size()));
      examples.push_back(example);
    }
  }
  WriteExamples(file_, examples);
  const ForeignScan scan = Scan();
  EXPECT_EQ(scan.records.labels, labels);
  EXPECT_EQ(scan.records.index, IndexOf());
  EXPECT_EQ(scan.bytes, std::filesystem::file_size(file_));
}

TEST_F(ForeignScanTest, ReadsTheFirstNameOfEachLabel) {
  std::vector<Example> examples;
  for (const auto& [label, name] : {std::pair(2, "b"), {0, "a"}, {2, "other"}, {1, ""}, {0, "a"}, {1, "c"}}) {
    examples.push_back(ForeignExample(std::string(5000, 'x'), label));
    if (*name != '\0') examples.back()["image/class/text"] = Text(name);
  }
  WriteExamples(file_, examples);
  const ForeignScan scan = Scan();
  EXPECT_EQ(scan.names, (std::map<uint32_t, std::string>{{0, "a"}, {1, "c"}, {2, "b"}}));
  ASSERT_TRUE(scan.other_name);
  EXPECT_EQ(scan.other_name->label, 2u);
  EXPECT_EQ(scan.other_name->name, "b");
  EXPECT_EQ(scan.other_name->other, "other");
}

TEST_F(ForeignScanTest, CountsRecordsWithoutALabelIfAsked) {
  std::vector<Example> examples = {ForeignExample(std::string(9000, 'x'), 7), ForeignExample("x", -1),
                                   ForeignExample(std::string(9000, 'x'), 0), ForeignExample("x", 3)};
  examples[2].erase("image/class/label");
  WriteExamples(file_, examples);
  const ForeignScan scan = Scan(Unlabelled::kCount);
  EXPECT_EQ(scan.unlabelled, 2u);
  EXPECT_EQ(scan.records.labels, (std::vector<uint32_t>{7, 0, 0, 3}));
  EXPECT_EQ(scan.names.size(), 2u) << "an absent label is no class";
  ASSERT_TRUE(scan.first_unlabelled);
  EXPECT_TRUE(std::string(scan.first_unlabelled->what()).ends_with("-1 means that there is no label"));
  EXPECT_TRUE(CauseOf().starts_with("record 1 at byte ")) << CauseOf();
}

TEST_F(ForeignScanTest, AnEmptyFileHasNoRecords) {
  WriteFile(file_, "");
  EXPECT_TRUE(Scan().records.index.empty());
}

// Except for a cut between records, which nothing in the file tells.
TEST_F(ForeignScanTest, EveryCutIsFoundAtItsPlace) {
  WriteExamples(file_, {ForeignExample(std::string(50, 'x'), 1), ForeignExample(std::string(70, 'x'), 2)});
  const std::string whole = ReadFile(file_);
  const uint64_t second = Scan().records.index[1].offset;
  for (size_t size = 1; size < whole.size(); ++size) {
    WriteFile(file_, whole.substr(0, size));
    if (size == second) {
      EXPECT_EQ(CauseOf(), "");
      continue;
    }
    const std::string place =
        size < second ? "record 0 at byte 0: " : "record 1 at byte " + std::to_string(second) + ": ";
    EXPECT_TRUE(CauseOf().starts_with(place + "cut off")) << size << ": " << CauseOf();
  }
}

TEST_F(ForeignScanTest, DamageIsFoundOrLeftToTheReader) {
  WriteExamples(file_, {ForeignExample(std::string(5000, 'x'), 1), ForeignExample(std::string(70, 'x'), 2)});
  const std::string whole = ReadFile(file_);
  for (size_t byte = 0; byte < whole.size(); byte += byte < 100 ? 1 : 37) {
    std::string damaged = whole;
    damaged[byte] = static_cast<char>(damaged[byte] ^ 0x55);
    WriteFile(file_, damaged);
    const std::string cause = CauseOf();
    if (byte < 12) {
      EXPECT_TRUE(cause.starts_with("record 0 at byte 0: the length's checksum is wrong")) << byte << ": " << cause;
    } else if (!cause.empty()) {
      EXPECT_NE(cause.find("checksum is wrong"), std::string::npos) << byte << ": " << cause;
    }
    EXPECT_THROW(IndexOf(), Error) << byte;
  }
}

TEST_F(ForeignScanTest, RecordsThatCannotBeUsedAreNamed) {
  const struct {
    std::vector<Example> examples;
    const char* cause;
  } cases[] = {
      {{ForeignExample("x", 1000)}, "record 0 at byte 0: image/class/label 1000 is not in 0 ... 999"},
      {{ForeignExample("x", -1)}, "record 0 at byte 0: image/class/label -1 is not in 0 ... 999"},
      {{{{"image/encoded", Text(std::string(9000, 'x'))}, {"label", Text("x")}}},
       "record 0 at byte 0: lacks image/class/label, but has image/encoded, label; `keys` label=KEY names it"},
      {{{}}, "record 0 at byte 0: lacks image/class/label, but has nothing"},
  };
  for (const auto& c : cases) {
    WriteExamples(file_, c.examples);
    EXPECT_TRUE(CauseOf().starts_with(c.cause)) << CauseOf();
  }
  RecordWriter writer(file_);
  writer.Write(SerializeExample(ForeignExample("x", 1)));
  writer.Write("no Example");
  writer.Close(Sync::kNo);
  EXPECT_NE(CauseOf().find("record 1 at byte "), std::string::npos) << CauseOf();
  EXPECT_NE(CauseOf().find("not an Example"), std::string::npos) << CauseOf();
}

TEST_F(ForeignScanTest, CompressedFilesAreRefusedWithTheCure) {
  for (const RecordCompression compression : {RecordCompression::kGzip, RecordCompression::kZlib}) {
    RecordWriter writer(file_, compression);
    writer.Write(SerializeExample(ForeignExample("x", 1)));
    writer.Close(Sync::kNo);
    EXPECT_EQ(CauseOf(), "is compressed as a whole (" + std::string(NameOf(compression)) +
                             ") and cannot be streamed; inflate it first (gzip: gzip -dc FILE > COPY)");
  }
}

}  // namespace
}  // namespace dataset

// The worked example of proto/FORMAT.md, section 9, is what the code does.
#include <gtest/gtest.h>

#include "dataset/io/file.h"
#include "dataset/io/sync.h"
#include "dataset/record/example.h"
#include "dataset/record/record_reader.h"
#include "dataset/record/record_writer.h"
#include "dataset/record/shard_index.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

TEST(FormatTest, WriterMakesTheBytesOfTheExample) {
  const std::string format = ReadFile(testing::SourceDir() / "proto/FORMAT.md");
  constexpr std::string_view kFence = "```hex\n";
  const size_t begin = format.find(kFence);
  ASSERT_NE(begin, std::string::npos);
  const size_t end = format.find("```", begin + kFence.size());
  ASSERT_NE(end, std::string::npos);
  const std::string expected = testing::FromHex(format.substr(begin + kFence.size(), end - begin - kFence.size()));

  const Example example{{"image/class/label", std::vector<int64_t>{1}},
                        {"image/class/text", std::vector<std::string>{"cat"}},
                        {"image/encoded", std::vector<std::string>{"\xff\xd8\xff\xd9"}},
                        {"image/format", std::vector<std::string>{"JPEG"}},
                        {"image/height", std::vector<int64_t>{2}},
                        {"image/width", std::vector<int64_t>{300}}};
  const testing::TempDir dir;
  RecordWriter writer(dir / "one.tfrecord");
  const uint64_t offset = writer.Write(SerializeExample(example));
  writer.Close(Sync::kNo);
  EXPECT_EQ(ReadFile(dir / "one.tfrecord"), expected);
  EXPECT_EQ(ParseExample(ParseRecord(expected, {}), {}), example);

  const std::string index = FormatIndex({{offset, writer.bytes()}});
  EXPECT_EQ(index, "0 175\n");
  EXPECT_NE(format.find("`0 175`"), std::string::npos);
}

}  // namespace
}  // namespace dataset

#include "train/weights/zip_archive.h"

#include <gtest/gtest.h>

#include "dataset/base/error.h"
#include "tests/train/weights/fixtures.h"

namespace train {
namespace {

using namespace std::string_literals;
using testing::ErrorOf;
using testing::MakeZip;
using testing::Patched;

// The offsets below are those of this archive.
const std::string kZip = MakeZip({{"a", "12345"}, {"b", "678"}});
constexpr size_t kContentA = 31, kLocalB = 36, kContentB = 67, kCentralA = 70, kCentralB = 117, kEnd = 164;

TEST(ZipArchiveTest, ReadsMembers) {
  const ZipArchive zip(kZip, "x.zip");
  EXPECT_EQ(zip.names(), (std::vector<std::string_view>{"a", "b"}));
  EXPECT_EQ(zip.Read("a"), "12345");
  EXPECT_EQ(zip.Read("b"), "678");
  EXPECT_TRUE(zip.Contains("a"));
  EXPECT_FALSE(zip.Contains("c"));
  EXPECT_EQ(ErrorOf([&] { zip.Read("c"); }), "x.zip: has no member 'c'");
}

TEST(ZipArchiveTest, ReadsZip64Sizes) {
  const std::string bytes = MakeZip({{"a", "12345", 0, true}, {"b", "678", 0, true}});
  const ZipArchive zip(bytes, "x.zip");
  EXPECT_EQ(zip.Read("a"), "12345");
  EXPECT_EQ(zip.Read("b"), "678");
}

TEST(ZipArchiveTest, AnArchiveMayBeEmptyOrHaveAComment) {
  const std::string empty = MakeZip({});
  EXPECT_TRUE(ZipArchive(empty, "x.zip").names().empty());
  const std::string comment = MakeZip({{"a", "1"}}, "a PK\x05\x06 comment" + std::string(1000, ' '));
  EXPECT_EQ(ZipArchive(comment, "x.zip").Read("a"), "1");
}

TEST(ZipArchiveTest, ACrcOfZeroIsNotChecked) {
  std::string bytes = Patched(kZip, 14, "\0\0\0\0"s);
  bytes = Patched(bytes, kCentralA + 16, "\0\0\0\0"s);
  EXPECT_EQ(ZipArchive(bytes, "x.zip").Read("a"), "12345");
}

TEST(ZipArchiveTest, EveryFlippedBitOfContentIsFound) {
  for (size_t i = 0; i < 5 * 8; ++i) {
    std::string bytes = kZip;
    bytes[kContentA + i / 8] = static_cast<char>(bytes[kContentA + i / 8] ^ (1 << i % 8));
    const ZipArchive zip(bytes, "x.zip");
    EXPECT_EQ(ErrorOf([&] { zip.Read("a"); }), "x.zip: byte 31: member 'a' is damaged: its CRC-32 does not match");
    EXPECT_EQ(zip.Read("b"), "678");
  }
}

TEST(ZipArchiveTest, EveryTruncationIsFound) {
  for (const bool wide : {false, true}) {
    const std::string bytes = MakeZip({{"a", "12345", 0, wide}, {"b", "678", 0, wide}});
    for (size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_THROW(ZipArchive(std::string_view(bytes).substr(0, size), "x.zip"), dataset::Error) << size;
    }
  }
}

TEST(ZipArchiveTest, NoFlippedByteCrashes) {
  const std::string bytes = MakeZip({{"a", "12345", 0, true}, {"b", "678"}});
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (const char byte : {'\0', '\1', '\x7f', '\xff'}) {
      try {
        const std::string damaged = Patched(bytes, i, {&byte, 1});
        const ZipArchive zip(damaged, "x.zip");
        for (const std::string_view name : zip.names()) zip.Read(name);
      } catch (const dataset::Error&) {
      }
    }
  }
}

TEST(ZipArchiveTest, CompressedMembersAreRefusedByName) {
  const std::string bytes = MakeZip({{"bomb", "12345", 8}, {"b", "678"}});
  const ZipArchive zip(bytes, "x.zip");
  EXPECT_EQ(ErrorOf([&] { zip.Read("bomb"); }),
            "x.zip: byte 34: member 'bomb' is compressed; torch.save stores members as they are");
  EXPECT_EQ(zip.Read("b"), "678");
}

TEST(ZipArchiveTest, RefusesDamage) {
  ASSERT_EQ(kZip.substr(kContentA, 5), "12345");
  ASSERT_EQ(kZip.substr(kLocalB, 4), "PK\x03\x04");
  ASSERT_EQ(kZip.substr(kContentB, 3), "678");
  ASSERT_EQ(kZip.substr(kCentralA, 4), "PK\x01\x02");
  ASSERT_EQ(kZip.substr(kCentralB, 4), "PK\x01\x02");
  ASSERT_EQ(kZip.substr(kEnd, 4), "PK\x05\x06");
  const std::string four_ones = "\xff\xff\xff\xff";
  const struct {
    const char* name;
    std::string bytes;
    const char* message;
  } kCases[] = {
      {"empty file", "", "no end record"},
      {"not a zip", std::string(200, 'x'), "no end record"},
      {"bytes behind the end", kZip + "x", "no end record"},
      {"bytes before the archive", "x" + kZip, "is not where its end record says"},
      {"two members of one name", MakeZip({{"a", "1"}, {"a", "2"}}), "two members are named 'a'"},
      {"several disks", Patched(kZip, kEnd + 4, "\1"), "several disks"},
      {"too many entries", Patched(kZip, kEnd + 8, "\3\0\3\0"s), "lists 2 members, its end record says 3"},
      {"too few entries", Patched(kZip, kEnd + 8, "\1\0\1\0"s), "lists 2 members, its end record says 1"},
      {"directory too long", Patched(kZip, kEnd + 12, four_ones), "is not where its end record says"},
      {"directory beyond the end", Patched(kZip, kEnd + 16, four_ones), "is not where its end record says"},
      {"damaged entry", Patched(kZip, kCentralB, "QK"), "central directory is damaged"},
      {"encrypted", Patched(kZip, kCentralA + 8, "\1"), "'a' is encrypted"},
      {"two sizes", Patched(kZip, kCentralA + 24, "\4"), "'a' has two sizes"},
      {"name beyond the directory", Patched(kZip, kCentralB + 28, "\xff\xff"), "ends too early"},
      {"header beyond the end", Patched(kZip, kCentralB + 42, four_ones), "truncated or damaged"},
      {"header at another member", Patched(kZip, kCentralB + 42, "\0"s), "'b' disagrees with the central directory"},
      {"header within a member", Patched(kZip, kCentralB + 42, "\x1f"), "no header of member 'b'"},
      {"another local name", Patched(kZip, kLocalB + 30, "c"), "'b' disagrees with the central directory"},
      {"another local size", Patched(kZip, kLocalB + 18, "\2"), "'b' disagrees with the central directory"},
      {"another local CRC", Patched(kZip, kLocalB + 14, "\2"), "'b' disagrees with the central directory"},
      {"another local method", Patched(kZip, kLocalB + 8, "\x8"), "'b' disagrees with the central directory"},
      {"other local flags", Patched(kZip, kLocalB + 6, "\x8"), "'b' disagrees with the central directory"},
      {"zip64 without its extra field", Patched(kZip, kCentralB + 20, four_ones + four_ones), "disagrees"},
      {"overlap", Patched(Patched(kZip, 18, "\6\0\0\0\6"s), kCentralA + 20, "\6\0\0\0\6"s), "overlaps what follows"},
      {"last member reaches the directory",
       Patched(Patched(kZip, kLocalB + 18, "\4\0\0\0\4"s), kCentralB + 20, "\4\0\0\0\4"s), "overlaps what follows"},
  };
  for (const auto& test : kCases) {
    const std::string error = ErrorOf([&] { ZipArchive(test.bytes, "x.zip"); });
    EXPECT_NE(error.find(test.message), std::string::npos) << test.name << ": " << error;
    EXPECT_TRUE(error.starts_with("x.zip: byte ")) << error;
  }
}

}  // namespace
}  // namespace train

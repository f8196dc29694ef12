#include "dataset/record/record_reader.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>
#include <vector>

#include "dataset/base/crc32c.h"
#include "dataset/base/sha256.h"
#include "dataset/io/file.h"
#include "dataset/record/record_format.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::FromHex;
using testing::TempDir;

constexpr int kGzip = 16 + MAX_WBITS;
constexpr int kZlib = MAX_WBITS;

std::string LittleEndian(uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> 8 * i);
  return out;
}

// Returns a header with this length and a good CRC.
std::string Header(uint64_t length) {
  const std::string bytes = LittleEndian(length, 8);
  return bytes + LittleEndian(MaskCrc(Crc32c(bytes)), 4);
}

std::string Record(const std::string& payload) {
  return Header(payload.size()) + payload + LittleEndian(MaskCrc(Crc32c(payload)), 4);
}

std::string Compress(const std::string& bytes, int window_bits) {
  z_stream stream{};
  if (deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// The result of reading a file: its records, and the message of its Error ("" for a clean end).
struct Outcome {
  std::vector<std::string> payloads;
  std::vector<uint64_t> offsets;
  RecordCompression compression = RecordCompression::kNone;
  std::string error;
};

Outcome ReadRecords(const fs::path& path) {
  Outcome outcome;
  try {
    RecordReader reader(path);
    outcome.compression = reader.compression();
    while (const auto payload = reader.Next()) {
      outcome.payloads.emplace_back(*payload);
      outcome.offsets.push_back(reader.offset());
      EXPECT_EQ(reader.records(), outcome.payloads.size());
    }
    EXPECT_FALSE(reader.Next()) << "the end is not for good";
  } catch (const Error& error) {
    outcome.error = error.what();
  }
  return outcome;
}

class RecordReaderTest : public ::testing::Test {
 protected:
  Outcome Read(const std::string& bytes) {
    testing::WriteFile(path_, bytes);
    Outcome outcome = ReadRecords(path_);
    const std::string prefix = path_.string() + ": ";
    if (outcome.error.starts_with(prefix)) outcome.error = outcome.error.substr(prefix.size());
    return outcome;
  }

  const TempDir dir_;
  const fs::path path_ = dir_ / "f.tfrecord";
  const std::vector<std::string> payloads_{"abc", "123456789", ""};
  const std::string plain_ = Record("abc") + Record("123456789") + Record("");
};

TEST_F(RecordReaderTest, PublishedVectors) {
  const Outcome outcome =
      Read(FromHex("0300000000000000 b099490e 616263 6e57f121"
                   "0000000000000000 29039807 d8ea82a2"
                   "0900000000000000 37f97139 313233343536373839 e5b08ac7"));
  EXPECT_EQ(outcome.payloads, (std::vector<std::string>{"abc", "", "123456789"}));
  EXPECT_EQ(outcome.offsets, (std::vector<uint64_t>{0, 19, 35}));
  EXPECT_EQ(outcome.compression, RecordCompression::kNone);
  EXPECT_EQ(outcome.error, "");
}

TEST_F(RecordReaderTest, EmptyFileHasNoRecords) {
  const Outcome outcome = Read("");
  EXPECT_TRUE(outcome.payloads.empty());
  EXPECT_EQ(outcome.error, "");
}

TEST_F(RecordReaderTest, MissingFileAndFolder) {
  EXPECT_NE(ReadRecords(dir_ / "missing").error.find("missing: cannot open: No such file"), std::string::npos);
  EXPECT_NE(ReadRecords(dir_.path()).error.find("Is a directory"), std::string::npos);
}

TEST_F(RecordReaderTest, RecordsLargerThanTheBuffers) {
  std::vector<std::string> payloads;
  std::string bytes;
  for (const size_t size : {1u, 262127u, 262128u, 262129u, 300000u, 1u, 1500000u, 0u, 524288u}) {
    std::string payload(size, '\0');
    for (size_t i = 0; i < size; i += 1 + i / 7) payload[i] = static_cast<char>(size + i);
    bytes += Record(payload);
    payloads.push_back(payload);
  }
  for (const std::string& file : {bytes, Compress(bytes, kGzip), Compress(bytes, kZlib)}) {
    const Outcome outcome = Read(file);
    EXPECT_EQ(outcome.error, "");
    EXPECT_TRUE(outcome.payloads == payloads);
  }
}

TEST_F(RecordReaderTest, CutOffAnywhere) {
  for (size_t size = 1; size < plain_.size(); ++size) {
    const Outcome outcome = Read(plain_.substr(0, size));
    const size_t whole = size < 19 ? 0 : size < 44 ? 1 : 2;
    EXPECT_EQ(outcome.payloads.size(), whole) << size;
    if (size == 19 || size == 44) {
      EXPECT_EQ(outcome.error, "");
    } else {
      const std::string place = whole == 0   ? "record 0 at byte 0"
                                : whole == 1 ? "record 1 at byte 19"
                                             : "record 2 at byte 44";
      EXPECT_TRUE(outcome.error.starts_with(place + ": cut off: ")) << size << " " << outcome.error;
    }
  }
}

TEST_F(RecordReaderTest, EveryFlippedBitIsSeen) {
  for (size_t bit = 0; bit < 8 * plain_.size(); ++bit) {
    std::string bytes = plain_;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
    const size_t at = bit / 8;
    const std::string place = at < 19   ? "record 0 at byte 0: "
                              : at < 44 ? "record 1 at byte 19: "
                                        : "record 2 at byte 44: ";
    const Outcome outcome = Read(bytes);
    ASSERT_TRUE(outcome.error.starts_with(place)) << bit << " " << outcome.error;
  }
}

TEST_F(RecordReaderTest, NamedDamage) {
  const struct {
    const char* name;
    std::string bytes;
    const char* error;
  } kCases[] = {
      {"length", std::string("\x04", 1) + plain_.substr(1),
       "record 0 at byte 0: the length's checksum is wrong: the file is damaged or is no TFRecord file"},
      {"length crc", plain_.substr(0, 19 + 8) + "\xff" + plain_.substr(19 + 9),
       "record 1 at byte 19: the length's checksum is wrong: the file is damaged or is no TFRecord file"},
      {"payload", plain_.substr(0, 12) + "x" + plain_.substr(13),
       "record 0 at byte 0: the payload's checksum is wrong: damaged"},
      {"payload crc", plain_.substr(0, 15) + "x" + plain_.substr(16),
       "record 0 at byte 0: the payload's checksum is wrong: damaged"},
      {"payload missing", plain_.substr(0, 31), "record 1 at byte 19: cut off: 12 of its 25 bytes are there"},
      {"payload crc missing", plain_.substr(0, 40), "record 1 at byte 19: cut off: 21 of its 25 bytes are there"},
      {"header cut off", plain_ + "abc", "record 3 at byte 60: cut off: 3 of the header's 12 bytes are there"},
      {"bytes after the last record", plain_ + std::string(12, '\0'),
       "record 3 at byte 60: the length's checksum is wrong: the file is damaged or is no TFRecord file"},
      {"length above the limit", plain_ + Header(uint64_t{1} << 31) + "abc",
       "record 3 at byte 60: a length of 2147483648 bytes is above the limit of 2147483647"},
      {"length that overflows", Header(UINT64_MAX) + "abc",
       "record 0 at byte 0: a length of 18446744073709551615 bytes is above the limit of 2147483647"},
      {"length of 2 GiB in a file of 15 bytes", Header(kMaxRecordBytes) + "abc",
       "record 0 at byte 0: cut off: 15 of its 2147483663 bytes are there"},
      {"a JPEG", "\xff\xd8\xff\xe0 JFIF and some more bytes",
       "record 0 at byte 0: the length's checksum is wrong: the file is damaged or is no TFRecord file"},
  };
  for (const auto& c : kCases) EXPECT_EQ(Read(c.bytes).error, c.error) << c.name;
}

TEST_F(RecordReaderTest, ParseRecord) {
  EXPECT_EQ(ParseRecord(plain_, {}), "abc");
  EXPECT_EQ(ParseRecord(std::string_view(plain_).substr(19), {}), "123456789");
  for (size_t size = 0; size < 19; ++size) {
    EXPECT_THROW(ParseRecord(std::string_view(plain_).substr(0, size), {}), Error) << size;
  }
  for (size_t bit = 0; bit < 8 * 19; ++bit) {
    std::string bytes = plain_;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
    EXPECT_THROW(ParseRecord(bytes, {}), Error) << bit;
  }
  EXPECT_THROW(ParseRecord(Header(UINT64_MAX - 3), {}), Error);
  try {
    ParseRecord("", {"shard", 7, 99});
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "shard: record 7 at byte 99: cut off: 0 of the header's 12 bytes are there");
  }
}

TEST_F(RecordReaderTest, Compressed) {
  const Outcome gzip = Read(Compress(plain_, kGzip));
  EXPECT_EQ(gzip.compression, RecordCompression::kGzip);
  EXPECT_EQ(gzip.payloads, payloads_);
  EXPECT_EQ(gzip.offsets, (std::vector<uint64_t>{0, 19, 44}));
  const Outcome zlib = Read(Compress(plain_, kZlib));
  EXPECT_EQ(zlib.compression, RecordCompression::kZlib);
  EXPECT_EQ(zlib.payloads, payloads_);
  for (const int format : {kGzip, kZlib}) EXPECT_EQ(Read(Compress("", format)).error, "");
}

TEST_F(RecordReaderTest, GzipOfSeveralMembers) {
  for (size_t cut = 0; cut <= plain_.size(); ++cut) {
    const Outcome outcome =
        Read(Compress(plain_.substr(0, cut), kGzip) + Compress("", kGzip) + Compress(plain_.substr(cut), kGzip));
    ASSERT_EQ(outcome.error, "");
    ASSERT_EQ(outcome.payloads, payloads_);
  }
}

TEST_F(RecordReaderTest, CompressedStreamCutOffAnywhere) {
  for (const int format : {kGzip, kZlib}) {
    const std::string stream = Compress(plain_, format);
    for (size_t size = 2; size < stream.size(); ++size) {
      const Outcome outcome = Read(stream.substr(0, size));
      EXPECT_TRUE(outcome.error.ends_with("the compressed stream is cut off")) << size << " " << outcome.error;
    }
  }
}

// A flipped bit must not change a record unnoticed. (Most bits of a GZIP header, such as time and system, and the
// padding of DEFLATE mean nothing.)
TEST_F(RecordReaderTest, EveryFlippedBitOfACompressedStream) {
  for (const int format : {kGzip, kZlib}) {
    const std::string stream = Compress(plain_, format);
    size_t unseen = 0;
    for (size_t bit = 0; bit < 8 * stream.size(); ++bit) {
      std::string bytes = stream;
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
      const Outcome outcome = Read(bytes);
      if (!outcome.error.empty()) continue;
      ++unseen;
      ASSERT_EQ(outcome.payloads, payloads_) << bit;
    }
    EXPECT_LE(unseen, format == kGzip ? 8 * 8 + 7 : 7);
  }
}

TEST_F(RecordReaderTest, DamageOfACompressedStreamComesAfterTheGoodRecords) {
  std::string stream = Compress(plain_, kGzip);
  stream[stream.size() - 8] = static_cast<char>(stream[stream.size() - 8] ^ 1);
  const Outcome outcome = Read(stream);
  EXPECT_EQ(outcome.payloads, payloads_);
  EXPECT_EQ(outcome.error, "record 3 at byte 60: the compressed stream is damaged: incorrect data check");
}

TEST_F(RecordReaderTest, BytesAfterACompressedStream) {
  const Outcome gzip = Read(Compress(plain_, kGzip) + "garbage!");
  EXPECT_EQ(gzip.payloads, payloads_);
  EXPECT_EQ(gzip.error, "record 3 at byte 60: the compressed stream is damaged: incorrect header check");
  const Outcome zlib = Read(Compress(plain_, kZlib) + Compress(plain_, kZlib));
  EXPECT_EQ(zlib.payloads, payloads_);
  EXPECT_EQ(zlib.error, "record 3 at byte 60: bytes follow the end of the compressed stream");
}

TEST_F(RecordReaderTest, DamagedRecordInsideAGoodStream) {
  std::string bytes = plain_;
  bytes[19 + 12] = 'x';
  EXPECT_EQ(Read(Compress(bytes, kGzip)).error, "record 1 at byte 19: the payload's checksum is wrong: damaged");
  EXPECT_EQ(Read(Compress(plain_.substr(0, 40), kZlib)).error,
            "record 1 at byte 19: cut off: 21 of its 25 bytes are there");
  EXPECT_EQ(Read(Compress(Header(kMaxRecordBytes), kGzip)).error,
            "record 0 at byte 0: cut off: 12 of its 2147483663 bytes are there");
}

TEST_F(RecordReaderTest, PlainFileThatBeginsLikeACompressedOne) {
  for (const size_t length : {0x8b1fu, 0x9c78u, 0x0178u}) {
    const std::string payload(length, 'x');
    const Outcome outcome = Read(Record(payload) + Record("abc"));
    EXPECT_EQ(outcome.compression, RecordCompression::kNone);
    EXPECT_EQ(outcome.error, "");
    EXPECT_EQ(outcome.payloads, (std::vector<std::string>{payload, "abc"}));
  }
}

TEST_F(RecordReaderTest, Golden) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  const std::string example = ReadFile(data / "golden/ex.bin");
  EXPECT_EQ(ReadRecords(data / "golden/one.tfrecord").payloads, std::vector<std::string>{example});
  for (const char* name : {"golden/two.tfrecord", "golden/two.tfrecord.gz"}) {
    const Outcome outcome = ReadRecords(data / name);
    EXPECT_EQ(outcome.error, "");
    EXPECT_EQ(outcome.payloads, (std::vector<std::string>{"abc", example, ""}));
    EXPECT_EQ(outcome.offsets, (std::vector<uint64_t>{0, 19, 194}));
  }
  const Outcome truncated = ReadRecords(data / "golden/truncated.tfrecord");
  EXPECT_EQ(truncated.payloads, std::vector<std::string>{"abc"});
  EXPECT_EQ(truncated.error, (data / "golden/truncated.tfrecord").string() +
                                 ": record 1 at byte 19: cut off: 81 of its 175 bytes are there");
}

// Counts and sha256 of the joined payloads, taken by a Python program.
TEST_F(RecordReaderTest, FilesOfOtherPrograms) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  const struct {
    const char* name;
    size_t records;
    const char* sha256;
  } kCases[] = {
      {"ecosystem_gzip.tfrecord.gz", 5, "e91fdfdc694df99cf1ef4a0d40bd88a05c31feb176810f5ce1c9356ba90c1ced"},
      {"ecosystem_plain.tfrecord", 5, "e91fdfdc694df99cf1ef4a0d40bd88a05c31feb176810f5ce1c9356ba90c1ced"},
      {"flowers_validation_00000-of-00005.tfrecord", 70,
       "fe957a87de8111243b8740479c9811ff94c5ee73a4e0e33510a81a261fb87d09"},
      {"flowers_validation_00001-of-00005.tfrecord", 70,
       "568607cafda4ea3d02ce267610054d08f37503cc8727a64d10a3ce16579f0f4c"},
      {"gotfdata_single.record", 1, "53adc6696a735df4e4fd71ff74524331e458a895c68aab4bcabf46fd72b4a9c6"},
      {"torchdata_example.tfrecord", 4, "bdee54217514be4e58669c107f47a1afa04346797f7c75e5994fbfa5e81ca128"},
      {"torchdata_sequence_example.tfrecord", 4, "b73352f9a35d87a50984583caa0e2a4e27d01f28ae5bd900875fded80f7d45aa"},
  };
  for (const auto& c : kCases) {
    const Outcome outcome = ReadRecords(data / "tfrecords" / c.name);
    EXPECT_EQ(outcome.error, "") << c.name;
    EXPECT_EQ(outcome.payloads.size(), c.records) << c.name;
    Sha256 hash;
    for (const std::string& payload : outcome.payloads) hash.Update(payload);
    EXPECT_EQ(hash.FinishHex(), c.sha256) << c.name;
  }
}

}  // namespace
}  // namespace dataset

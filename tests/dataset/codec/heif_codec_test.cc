#include "dataset/codec/heif_codec.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/codec/decoder.h"
#include "dataset/io/file.h"
#include "tests/testing/testing.h"

// Of some damaged AVIF files libheif 1.15 forgets to free the picture.
extern "C" const char* __lsan_default_suppressions() { return "leak:libheif\nleak:libdav1d\n"; }

namespace dataset {
namespace {

using testing::FromHex;

const char* const kNames[] = {"plain.heic", "plain.avif", "alpha.heic", "alpha.avif", "turned.avif", "grid.heic"};

std::string Read(const std::string& name) {
  return ReadFile(testing::SourceDir() / "tests/dataset/goldens/pictures" / name);
}

std::string ReasonOf(const std::string& bytes) {
  try {
    Image image;
    DecodeImage(bytes, {}, &image);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

// The file with other width and height in its last box of a size.
std::string WithSize(std::string bytes, const std::string& hex) {
  const size_t place = bytes.rfind("ispe");
  EXPECT_NE(place, bytes.npos);
  return bytes.replace(place + 8, 8, FromHex(hex));
}

TEST(Heif, NothingIsMissingHere) {
  EXPECT_EQ(MissingForHeic(), nullptr);
  EXPECT_EQ(MissingForAvif(), nullptr);
}

TEST(Heif, SizesThatCannotBeAreRefused) {
  for (const char* name : {"plain.heic", "plain.avif", "grid.heic"}) {
    const std::string bytes = Read(name);
    ASSERT_EQ(ReasonOf(bytes), "") << name;
    for (const char* size : {"0000ea60 0000ea60", "00007fff 00007fff", "00011170 00000001", "7fffffff 7fffffff",
                             "ffffffff ffffffff", "80000000 00000010", "00000000 00000010", "00000020 00000000"}) {
      EXPECT_THROW(ReadImageHeader(WithSize(bytes, size)), Error) << name << ": " << size;
    }
  }
  // The decoded pictures are smaller, or larger.
  for (const char* name : {"plain.avif", "grid.heic"}) {
    EXPECT_NE(ReasonOf(WithSize(Read(name), "00000100 00000100")), "") << name;
    EXPECT_NE(ReasonOf(WithSize(Read(name), "00000008 00000008")), "") << name;
  }
}

TEST(Heif, SizesWithinTheDataAreBounded) {
  std::string grid = Read("grid.heic");
  const size_t place = grid.rfind(FromHex("0000 0101 0078 0064"));  // 2 x 2 tiles of 120 x 100 pixels in all
  ASSERT_NE(place, grid.npos);
  grid.replace(place, 8, FromHex("0000 0101 1000 1000"));
  EXPECT_EQ(ReasonOf(grid), "HEIC: a picture of 4096 x 4096 pixels is larger than the header says");
  for (const char* name : {"plain.avif", "grid.heic"}) {
    EXPECT_NE(ReasonOf(WithSize(Read(name), "00000004 00000004")), "") << name;
  }
}

TEST(Heif, WhatIsCutOffIsRefusedByTheHeader) {
  for (const char* name : kNames) {
    const std::string bytes = Read(name);
    for (size_t size = 12; size < bytes.size(); ++size) {
      try {
        ReadImageHeader(std::string_view(bytes).substr(0, size));
        ADD_FAILURE() << name << " cut to " << size;
      } catch (const Error&) {
      }
    }
  }
}

TEST(Heif, WhatIsNoPictureIsRefused) {
  const std::string cases[] = {
      FromHex("00000018") + "ftypheic",                                          // cut off
      FromHex("0000000c") + "ftypheic",                                          // nothing behind
      FromHex("00000000") + "ftypheic" + std::string(20, '\0'),                  // to the end
      FromHex("00000001") + "ftypheic" + std::string(20, '\0'),                  // a size of 64 bits: 0
      FromHex("00000004") + "ftypheic" + std::string(20, '\0'),                  // shorter than its head
      FromHex("00000010") + "ftypheic" + FromHex("00000000 00000008") + "meta",  // an empty box
      FromHex("00000010") + "ftypmif1" + FromHex("00000000 0000000c") + "meta" + FromHex("00000000"),
      FromHex("00000010") + "ftypavis" + FromHex("00000000 00000008") + "moov",  // a film
  };
  for (const std::string& bytes : cases) EXPECT_NE(ReasonOf(bytes), "") << bytes;
}

TEST(Heif, NoFlippedByteCrashes) {
  ::testing::internal::CaptureStdout();
  for (const char* name : {"plain.heic", "plain.avif"}) {
    const std::string bytes = Read(name);
    for (size_t i = 0; i < bytes.size(); ++i) {
      std::string damaged = bytes;
      damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
      ReasonOf(damaged);
    }
  }
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
}

TEST(Heif, ThreadsDoNotDisturbOneAnother) {
  std::vector<std::string> files;
  std::vector<Image> alone(std::size(kNames));
  for (size_t i = 0; i < std::size(kNames); ++i) {
    files.push_back(Read(kNames[i]));
    DecodeImage(files[i], {}, &alone[i]);
  }
  std::atomic<int> different = 0;
  std::vector<std::thread> threads;
  for (size_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      Image image;
      for (size_t round = 0; round < 20; ++round) {
        const size_t i = (round + thread) % files.size();
        DecodeImage(files[i], {}, &image);
        if (!std::equal(image.data(), image.data() + image.bytes(), alone[i].data())) ++different;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(different, 0);
}

}  // namespace
}  // namespace dataset

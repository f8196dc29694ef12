// What may depend on what, checked on the built tools and on the sources.
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "dataset/file.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::BinDir;
using testing::CommandResult;
using testing::RunCommand;
using testing::SourceDir;

// The lines of the sources under `folder` that match, as "FILE: LINE".
std::vector<std::string> Grep(const fs::path& folder, const std::string& pattern) {
  const std::regex regex(pattern);
  std::vector<std::string> found;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(SourceDir() / folder)) {
    if (entry.path().extension() != ".h" && entry.path().extension() != ".cc") continue;
    std::istringstream lines(ReadFile(entry.path()));
    for (std::string line; std::getline(lines, line);) {
      if (std::regex_search(line, regex)) found.push_back(entry.path().string() + ": " + line);
    }
  }
  return found;
}

const std::vector<std::string> kNone;

TEST(BoundaryTest, DataToolsLinkNoTorch) {
  for (const char* tool : {"dsplit", "dscompile", "dsinspect", "dsbench"}) {
    const CommandResult result = RunCommand("ldd '" + (BinDir() / tool).string() + "'");
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_NE(result.out.find("libstdc++"), std::string::npos);
    EXPECT_EQ(result.out.find("torch"), std::string::npos) << tool << "\n" << result.out;
    EXPECT_EQ(result.out.find("libc10"), std::string::npos) << tool << "\n" << result.out;
    EXPECT_EQ(result.out.find("hdf5"), std::string::npos) << tool << "\n" << result.out;
  }
}

TEST(BoundaryTest, TorchStaysInTrain) {
  const char kTorch[] = R"(#include\s*[<"](torch|ATen|c10)/)";
  EXPECT_EQ(Grep("dataset", kTorch), kNone);
  for (const char* folder : {"train/weights", "train/graph", "train/backbones"}) EXPECT_EQ(Grep(folder, kTorch), kNone);
}

// It trusts what it reads: dstools-h5 alone has it, in a process of its own.
TEST(BoundaryTest, Libhdf5StaysInItsHelper) {
  EXPECT_EQ(Grep("dataset", R"(#include\s*[<"](hdf5|H5))"), kNone);
  EXPECT_EQ(Grep("train", R"(#include\s*[<"](hdf5|H5))"), kNone);
}

TEST(BoundaryTest, LayersPointDown) {
  EXPECT_EQ(Grep("dataset", R"(#include "(train|tools|tests)/)"), kNone);
  EXPECT_EQ(Grep("train", R"(#include "(tools|tests)/)"), kNone);
  EXPECT_EQ(Grep("train/weights", R"(#include "train/(?!weights/))"), kNone);
}

TEST(BoundaryTest, LibrariesNeverPrint) {
  const char kPrinting[] = R"(std::(cout|cerr|clog)|\b(printf|fprintf|puts|fputs|perror)\s*\()";
  EXPECT_EQ(Grep("dataset", kPrinting), kNone);
  EXPECT_EQ(Grep("train", kPrinting), kNone);
}

TEST(BoundaryTest, LibrariesNeverExit) {
  const char kExit[] = R"(\b(exit|_exit|abort|quick_exit)\s*\()";
  EXPECT_EQ(Grep("dataset", kExit), kNone);
  EXPECT_EQ(Grep("train", kExit), kNone);
}

TEST(BoundaryTest, HeadersNameNoBigLibrary) {
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(SourceDir() / "dataset")) {
    if (entry.path().extension() != ".h") continue;
    // Shared by the JPEG codecs, and included by nothing else.
    if (entry.path().filename() == "jpeg_errors.h") continue;
    const std::string content = ReadFile(entry.path());
    for (const char* include : {"#include <opencv2/", "#include <hwy/", "#include <tbb/", "#include <oneapi/",
                                "#include <google/protobuf", "#include <jpeglib", "#include <openssl/", ".pb.h"}) {
      EXPECT_EQ(content.find(include), std::string::npos) << entry.path() << " " << include;
    }
  }
}

TEST(BoundaryTest, OnlyTheJpegFilesSeeTheCodec) {
  for (const std::string& line : Grep("dataset", "jpeg_(errors|compressor|decompressor)\\.h\"")) {
    EXPECT_NE(line.find("dataset/jpeg_"), std::string::npos) << line;
  }
}

TEST(BoundaryTest, RandomnessComesFromOnePlace) {
  const char kOther[] =
      R"(std::(mt19937|random_device|uniform_|normal_dist|shuffle|default_random_engine)|\brand\s*\()";
  EXPECT_EQ(Grep("dataset", kOther), kNone);
  EXPECT_EQ(Grep("train", kOther), kNone);
}

}  // namespace
}  // namespace dataset

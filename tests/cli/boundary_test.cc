// Tests which parts may depend on which, on the built tools and on the sources.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "dataset/io/file.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::BinDir;
using testing::CommandResult;
using testing::RunCommand;
using testing::SourceDir;

// Returns the lines of the sources under `folder` that match, as "FILE: LINE".
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
  for (const char* folder : {"train/weights", "train/graph", "train/backbones", "train/model"})
    EXPECT_EQ(Grep(folder, kTorch), kNone);
}

// libhdf5 trusts what it reads, so only dstools-h5, a process of its own, may link it.
TEST(BoundaryTest, Libhdf5StaysInItsHelper) {
  EXPECT_EQ(Grep("dataset", R"(#include\s*[<"](hdf5|H5))"), kNone);
  EXPECT_EQ(Grep("train", R"(#include\s*[<"](hdf5|H5))"), kNone);
}

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) {
    const size_t begin = part.find_first_not_of(' '), end = part.find_last_not_of(' ');
    parts.push_back(begin == std::string::npos ? "" : part.substr(begin, end - begin + 1));
  }
  return parts;
}

struct Room {
  std::string name;
  std::set<std::string> may_include;
};

// Returns the rooms of the table in CONTRIBUTING.md, in its order.
std::vector<Room> RoomsOfContributing() {
  std::vector<Room> rooms;
  std::istringstream lines(ReadFile(SourceDir() / "CONTRIBUTING.md"));
  const std::regex row(R"(\| ((?:dataset|train|tools)[a-z0-9/]*) \| [^|]+ \| ([^|]+) \|)");
  std::smatch match;
  for (std::string line; std::getline(lines, line);) {
    if (!std::regex_match(line, match, row)) continue;
    Room room{match[1], {}};
    if (match[2] != "nothing of ours") {
      for (const std::string& group : Split(match[2], ';')) {
        const size_t colon = group.find(':');
        const std::string layer =
            colon == std::string::npos ? room.name.substr(0, room.name.find('/')) : group.substr(0, colon);
        for (const std::string& name : Split(colon == std::string::npos ? group : group.substr(colon + 1), ',')) {
          room.may_include.insert(layer + "/" + name);
        }
      }
    }
    rooms.push_back(room);
  }
  return rooms;
}

// Returns, for each room, the rooms that its files include.
std::map<std::string, std::set<std::string>> RoomsOfSources() {
  std::map<std::string, std::set<std::string>> rooms;
  const std::regex include(R"re(^#include "((?:dataset|train|tools|tests)/[^"]*)")re");
  std::smatch match;
  for (const char* layer : {"dataset", "train", "tools"}) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(SourceDir() / layer)) {
      if (entry.path().extension() != ".h" && entry.path().extension() != ".cc") continue;
      const std::string room = fs::relative(entry.path().parent_path(), SourceDir()).string();
      std::set<std::string>& included = rooms[room];
      std::istringstream lines(ReadFile(entry.path()));
      for (std::string line; std::getline(lines, line);) {
        if (!std::regex_search(line, match, include)) continue;
        const std::string other = fs::path(match[1].str()).parent_path().string();
        if (other != room) included.insert(other);
      }
    }
  }
  return rooms;
}

TEST(BoundaryTest, RoomsIncludeWhatContributingSays) {
  std::map<std::string, std::set<std::string>> listed;
  for (const Room& room : RoomsOfContributing()) listed[room.name] = room.may_include;
  EXPECT_EQ(listed, RoomsOfSources());
}

TEST(BoundaryTest, RoomsIncludeOnlyRoomsBelow) {
  const std::vector<Room> rooms = RoomsOfContributing();
  std::set<std::string> above;
  for (const Room& room : rooms) {
    above.insert(room.name);
    for (const std::string& other : room.may_include) EXPECT_FALSE(above.contains(other)) << room.name << " " << other;
  }
}

TEST(BoundaryTest, RoomsAreNoHalls) {
  constexpr size_t kMostUnits = 25;
  std::map<std::string, std::set<std::string>> units;
  for (const char* layer : {"dataset", "train", "tools", "tests"}) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(SourceDir() / layer)) {
      if (entry.path().extension() != ".h" && entry.path().extension() != ".cc") continue;
      units[entry.path().parent_path().string()].insert(entry.path().stem().string());
    }
  }
  for (const auto& [room, names] : units) EXPECT_LE(names.size(), kMostUnits) << room;
}

// Except tables, code and addresses.
TEST(BoundaryTest, LinesOfMarkdownEndAtColumn100) {
  constexpr std::ptrdiff_t kColumns = 100;
  std::vector<fs::path> files;
  for (const char* folder : {"", "docs", "proto", "benchmarks", "examples"}) {
    for (const fs::directory_entry& entry : fs::directory_iterator(SourceDir() / folder)) {
      if (entry.path().extension() == ".md") files.push_back(entry.path());
    }
  }
  for (const fs::path& file : files) {
    std::istringstream lines(ReadFile(file));
    bool is_code = false;
    size_t number = 0;
    for (std::string line; std::getline(lines, line);) {
      ++number;
      if (line.starts_with("```")) is_code = !is_code;
      if (is_code || line.starts_with('|') || line.starts_with("    ") || line.find("://") != std::string::npos)
        continue;
      const auto columns = std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xc0) != 0x80; });
      EXPECT_LE(columns, kColumns) << file << ":" << number;
    }
  }
}

TEST(BoundaryTest, LibrariesNeverPrint) {
  const char kPrinting[] = R"(std::(cout|cerr|clog)|\b(printf|fprintf|puts|fputs|perror)\s*\()";
  EXPECT_EQ(Grep("dataset", kPrinting), kNone);
  EXPECT_EQ(Grep("train", kPrinting), kNone);
}

// They name options as C++ does, `min_per_class`: the tools make flags of them (tools/cli/flag_names.h).
TEST(BoundaryTest, LibrariesNameNoFlags) {
  const char kFlag[] = R"re("([^"\\]|\\.)*--[A-Za-z])re";
  EXPECT_EQ(Grep("dataset", kFlag), kNone);
  EXPECT_EQ(Grep("train", kFlag), kNone);
}

TEST(BoundaryTest, LibrariesNeverExit) {
  const char kExit[] = R"(\b(exit|_exit|abort|quick_exit)\s*\()";
  EXPECT_EQ(Grep("dataset", kExit), kNone);
  EXPECT_EQ(Grep("train", kExit), kNone);
}

TEST(BoundaryTest, HeadersNameNoBigLibrary) {
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(SourceDir() / "dataset")) {
    if (entry.path().extension() != ".h") continue;
    // This header is shared by the JPEG codecs; no other file includes it.
    if (entry.path().filename() == "jpeg_errors.h") continue;
    const std::string content = ReadFile(entry.path());
    for (const char* include : {"#include <opencv2/", "#include <hwy/", "#include <tbb/", "#include <oneapi/",
                                "#include <google/protobuf", "#include <jpeglib", "#include <openssl/", ".pb.h"}) {
      EXPECT_EQ(content.find(include), std::string::npos) << entry.path() << " " << include;
    }
  }
}

TEST(BoundaryTest, OnlyTheRoomCodecSeesCodecLibraries) {
  for (const std::string& line :
       Grep("dataset", R"(#include\s*<(jpeglib|jerror|turbojpeg|png|tiff|gif_lib|webp|libheif))")) {
    EXPECT_NE(line.find("dataset/codec/"), std::string::npos) << line;
  }
  for (const std::string& line : Grep("dataset", "jpeg_(errors|compressor|decompressor)\\.h\"")) {
    EXPECT_NE(line.find("dataset/codec/jpeg_"), std::string::npos) << line;
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

#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace dataset::testing {

// A fresh folder, removed with everything in it at the end.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

// $DATASET_TESTDATA, else ../shared/data; nullopt if there is no such folder.
std::optional<std::filesystem::path> TestData();
// In a test: `const auto data = ...; ` or skips in one line.
#define DSTOOLS_TESTDATA_OR_SKIP(variable)                                     \
  const auto variable##_found = ::dataset::testing::TestData();                \
  if (!variable##_found) GTEST_SKIP() << "no test data: set DATASET_TESTDATA"; \
  const std::filesystem::path variable = *variable##_found

std::filesystem::path SourceDir();  // the repository
std::filesystem::path BinDir();     // the built tools

void WriteFile(const std::filesystem::path& path, std::string_view content);  // makes the folders too
std::string FromHex(std::string_view hex);                                    // blanks are ignored

// Runs a command line with the shell; exit code, stdout and stderr.
struct CommandResult {
  int exit_code = -1;
  std::string out;
  std::string err;
};
CommandResult RunCommand(const std::string& command);

}  // namespace dataset::testing

// Runs a fuzz target over files and folders: a corpus in the tests, a finding in a debugger. A path that begins with
// "testdata/" lies in the test data and is skipped where there is none.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/io/file.h"
#include "tests/fuzz/fuzz.h"
#include "tests/testing/testing.h"

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> FilesOf(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> files;
  for (const auto& item : fs::recursive_directory_iterator(path)) {
    if (item.is_regular_file()) files.push_back(item.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  constexpr std::string_view kTestData = "testdata/";
  size_t inputs = 0;
  for (int i = 1; i < argc; ++i) {
    std::string path = argv[i];
    if (path.starts_with(kTestData)) {
      const auto data = dataset::testing::TestData();
      if (!data) {
        std::printf("%s: skipped, no test data\n", argv[i]);
        continue;
      }
      path = *data / path.substr(kTestData.size());
    }
    for (const fs::path& file : FilesOf(path)) {
      const std::string bytes = dataset::ReadFile(file);
      // A copy of just this size, so that a sanitizer sees the first byte beyond it.
      const std::vector<uint8_t> exact(bytes.begin(), bytes.end());
      LLVMFuzzerTestOneInput(exact.data(), exact.size());
      ++inputs;
    }
  }
  std::printf("%zu inputs\n", inputs);
}

#include "tests/testing/testing.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "dataset/io/file.h"

namespace dataset::testing {

namespace fs = std::filesystem;

TempDir::TempDir() {
  std::string pattern = (fs::temp_directory_path() / "dstools-test-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  path_ = pattern;
}

TempDir::~TempDir() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::optional<fs::path> TestData() {
  const char* named = std::getenv("DATASET_TESTDATA");
  fs::path folder = named != nullptr ? fs::path(named) : fs::path(DSTOOLS_SOURCE_DIR) / "../shared/data";
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) return std::nullopt;
  return fs::canonical(folder);
}

fs::path SourceDir() { return DSTOOLS_SOURCE_DIR; }
fs::path BinDir() { return DSTOOLS_BIN_DIR; }

void WriteFile(const fs::path& path, std::string_view content) {
  fs::create_directories(path.parent_path());
  std::ofstream stream(path, std::ios::binary);
  stream.write(content.data(), static_cast<std::streamsize>(content.size()));
  if (!stream.flush()) throw std::runtime_error("cannot write " + path.string());
}

std::string FromHex(std::string_view hex) {
  std::string digits, bytes;
  for (char c : hex) {
    if (std::isxdigit(static_cast<unsigned char>(c))) digits += c;
  }
  for (size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

CommandResult RunCommand(const std::string& command) {
  // What tools keep for later runs must not come from, or go to, the user's own folder.
  static const TempDir cache;
  setenv("XDG_CACHE_HOME", cache.path().c_str(), 1);
  TempDir dir;
  const std::string line =
      "{ " + command + "\n} >'" + (dir / "out").string() + "' 2>'" + (dir / "err").string() + "' </dev/null";
  const int status = std::system(line.c_str());
  CommandResult result;
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.out = ReadFile(dir / "out");
  result.err = ReadFile(dir / "err");
  return result;
}

}  // namespace dataset::testing

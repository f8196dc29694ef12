#include "dataset/inspect/sheet_file.h"

#include <array>
#include <cassert>
#include <fstream>
#include <string_view>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/io/file.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

// SOI, then a COM segment of 17 bytes with its length.
constexpr std::string_view kStart("\xff\xd8", 2);
constexpr std::string_view kComment(
    "\xff\xfe\x00\x11"
    "dsinspect sheet",
    19);

}  // namespace

void RefuseOthersSheet(const fs::path& file) {
  std::error_code error;
  if (!fs::exists(file, error)) return;
  std::array<char, kStart.size() + kComment.size()> begin{};
  std::ifstream(file, std::ios::binary).read(begin.data(), begin.size());
  const std::string_view bytes(begin.data(), begin.size());
  if (bytes.starts_with(kStart) && bytes.substr(kStart.size()) == kComment) return;
  throw Error(file, "is there already and is no sheet of dsinspect; choose another name, or move it away");
}

void PublishSheet(const fs::path& file, std::string jpeg, Sync sync) {
  assert(jpeg.starts_with(kStart));
  jpeg.insert(kStart.size(), kComment);
  PublishFile(file, jpeg, sync);
}

}  // namespace dataset

#include "dataset/compile_options.h"

#include <algorithm>

#include "dataset/error.h"

namespace dataset {
namespace {

constexpr uint32_t kMaxResize = 16384;
constexpr uint32_t kMaxShards = 99999;
constexpr int kMaxJobs = 1024;

}  // namespace

void Validate(const CompileOptions& options) {
  const auto check = [](bool good, const char* cause) {
    if (!good) throw Error::Usage(cause);
  };
  check(!options.manifest.empty(), "manifest: is missing");
  check(!options.output.empty(), "output: is missing");
  check(options.name.empty() || IsDatasetName(options.name), "name: must be a letter, then letters, digits and _");
  check(options.resize <= kMaxResize, "resize: must be at most 16384");
  check(options.channels == 0 || options.channels == 1 || options.channels == 3, "channels: must be 0, 1 or 3");
  check(options.quality >= 1 && options.quality <= 100, "quality: must be 1 ... 100");
  check(options.scale == "unit" || options.scale == "signed" || options.scale == "standard",
        "scale: must be unit, signed or standard");
  check(options.dtype == "float32" || options.dtype == "float16", "dtype: must be float32 or float16");
  check(options.store != Store::kNormalized || options.scale != "standard" || options.channels != 0,
        "scale: standard needs channels 1 or 3");
  check(!options.shards || (*options.shards >= 1 && *options.shards <= kMaxShards), "shards: must be 1 ... 99999");
  check(options.jobs >= 1 && options.jobs <= kMaxJobs, "jobs: must be 1 ... 1024");
}

std::string DefaultDatasetName(const std::filesystem::path& folder) {
  std::filesystem::path normal = std::filesystem::absolute(folder).lexically_normal();
  if (!normal.has_filename()) normal = normal.parent_path();
  std::string name = normal.filename().string();
  std::replace_if(
      name.begin(), name.end(),
      [](char c) {
        return !IsDatasetName(std::string{'a', c});
      },
      '_');
  if (name.empty()) return "dataset";
  return IsDatasetName(name) ? name : "dataset_" + name;
}

}  // namespace dataset

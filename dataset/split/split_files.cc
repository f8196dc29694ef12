#include "dataset/split/split_files.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <system_error>

#include "dataset/base/error.h"
#include "dataset/catalog/manifest.h"
#include "dataset/catalog/split_info.h"
#include "dataset/io/file.h"
#include "dataset/io/readable_file.h"
#include "dataset/split/class_chart.h"
#include "dataset/split/samples_json.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMaxJsonBytes = uint64_t{64} << 20;

struct Begin {
  std::string_view name;
  std::string_view text;
};
constexpr Begin kBegins[] = {{kManifestName, "path,label,split"},
                             {kConfigName, "raw = "},
                             {kRejectedName, "path,reason\n"},
                             {kSkippedName, "path,kind\n"},
                             {kDuplicatesName, "path,kind,same_as,distance,conflict\n"},
                             {kChartName, kClassChartBegin}};

bool BeginsWith(const fs::path& path, std::string_view begin) {
  const ReadableFile file(path);
  std::string bytes(begin.size(), '\0');
  return file.ReadAt(0, bytes.size(), bytes.data()) == begin.size() && bytes == begin;
}

bool IsOwnInfo(const fs::path& folder) {
  const auto json = nlohmann::json::parse(ReadFile(folder / kInfoName, kMaxJsonBytes), nullptr,
                                          /*allow_exceptions=*/false);
  // One that is no JSON counts as a damaged one beside a manifest.
  if (json.is_discarded()) return IsOwnSplitFile(folder, kManifestName);
  return json.is_object() && json.contains("format_version") && json.contains("root");
}

// A list of names has no mark of its own.
bool IsOwnClassList(const fs::path& folder) {
  const auto holds = [](const auto& condition) {
    try {
      return condition();
    } catch (const Error&) {
      return false;
    }
  };
  return holds([&] {
           const fs::path file = folder / kClassesName;
           return LoadSplitInfo(folder).classes == ParseClasses(ReadFile(file, kMaxJsonBytes), file.string());
         }) ||
         (IsOwnSplitFile(folder, kManifestName) &&
          holds([&] { return !LoadManifest(folder / kManifestName).entries.empty(); }));
}

}  // namespace

std::vector<std::string> SplitFileNames() {
  std::vector<std::string> names = SamplesJsonNames();
  names.insert(names.end(), {kManifestName, kClassesName, kConfigName, kInfoName, kRejectedName, kSkippedName,
                             kDuplicatesName, kChartName});
  return names;
}

bool IsOwnSplitFile(const fs::path& folder, const std::string& name) {
  const fs::path file = folder / name;
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return false;
  if (name == kInfoName) return IsOwnInfo(folder);
  if (name == kClassesName) return IsOwnClassList(folder);
  const auto known =
      std::find_if(std::begin(kBegins), std::end(kBegins), [&](const Begin& begin) { return begin.name == name; });
  if (known != std::end(kBegins)) return BeginsWith(file, known->text);
  const std::vector<std::string_view> begins = SamplesJsonBegins(name);
  return std::any_of(begins.begin(), begins.end(), [&](std::string_view begin) { return BeginsWith(file, begin); });
}

void RefuseOthersSplitFiles(const fs::path& folder, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    std::error_code error;
    const fs::file_status status = fs::symlink_status(folder / name, error);
    if (error && status.type() == fs::file_type::none) {
      throw Error::System(folder / name, "cannot read", error.value());
    }
    if (!fs::exists(status) || IsOwnSplitFile(folder, name)) continue;
    throw Error(folder / name, "is there already and was not written by dsplit; choose another folder");
  }
}

}  // namespace dataset

#pragma once

#include <filesystem>
#include <string>
#include <vector>

// The files of a split folder, and how dsplit knows those that it wrote. Internal to dataset/split/split_folder.h.
namespace dataset {

inline constexpr char kManifestName[] = "manifest.csv";
inline constexpr char kClassesName[] = "classes.txt";
inline constexpr char kConfigName[] = "config.toml";
inline constexpr char kInfoName[] = "split.json";
inline constexpr char kRejectedName[] = "rejected.csv";
inline constexpr char kSkippedName[] = "skipped.csv";
inline constexpr char kDuplicatesName[] = "duplicates.csv";
inline constexpr char kChartName[] = "class_counts.svg";

// The names above, and those of the samples JSON (dataset/split/samples_json.h).
std::vector<std::string> SplitFileNames();

// Whether the file, which has one of these names, is dsplit's by its content (proto/FORMAT.md, section 1, "Own files").
// False if it is absent.
bool IsOwnSplitFile(const std::filesystem::path& folder, const std::string& name);
// Throws Error for the first of these files that is there and is not dsplit's.
void RefuseOthersSplitFiles(const std::filesystem::path& folder, const std::vector<std::string>& names);

}  // namespace dataset

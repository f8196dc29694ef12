#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/catalog/manifest.h"

// The columns of a manifest and their values as text. Internal to dataset/catalog/manifest.h.
namespace dataset {

// kNoName: a column without a name, such as the row numbers that pandas writes.
enum class ManifestColumn { kPath, kLabel, kSplit, kGroup, kFold, kSha256, kWidth, kHeight, kRepeat, kNoName };

inline constexpr std::array<std::string_view, 9> kManifestColumns = {"path",   "label", "split",  "group", "fold",
                                                                     "sha256", "width", "height", "repeat"};
inline constexpr size_t kRequiredColumns = 3;  // the first ones

// Returns the columns in the order of the header. Throws Error with the line for an unknown, missing or repeated one.
std::vector<ManifestColumn> ParseManifestHeader(const std::vector<std::string>& fields, const std::string& file,
                                                size_t line);
// Sets the entry's value of a column. Throws Error with the line for a value that is not valid.
void SetField(ManifestColumn column, std::string&& value, const std::string& file, size_t line, ManifestEntry* entry);
// Sets *field to the column's text, or to "" if the entry has no value there.
void FormatField(const ManifestEntry& entry, ManifestColumn column, std::string* field);

// Throws "FILE: line N: CAUSE".
[[noreturn]] void FailAtLine(const std::string& file, size_t line, const std::string& cause);

}  // namespace dataset

#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/catalog/split.h"

namespace dataset {

struct ManifestEntry {
  std::string path;   // relative to the raw root, '/' between parts
  std::string label;  // class name
  Split split = Split::kTrain;
  std::string group;  // optional columns: empty = absent
  std::optional<uint32_t> fold;
  std::string sha256;
  uint32_t width = 0;
  uint32_t height = 0;
  uint32_t repeat = 1;  // how often an epoch has the sample; more than 1 in train only
};

// manifest.csv in memory (proto/FORMAT.md, section 1).
struct Manifest {
  std::vector<ManifestEntry> entries;  // sorted by path, bytewise; paths are unique
  std::vector<std::string> classes;    // in label order; every entry's label is among them

  // The numbers of the entries' classes.
  std::vector<uint32_t> Labels() const;
};

// Parses CSV text. `file` is named in errors ("manifest.csv: line 7: ..."). Without `classes` the classes are the
// labels in bytewise order. Untrusted input: refuses absolute paths, "..", NUL, duplicate paths, unknown columns, bad
// splits, a group that is in two splits, and a repeat of 0 or outside of train.
Manifest ParseManifest(std::string_view csv, const std::string& file,
                       const std::optional<std::vector<std::string>>& classes = std::nullopt);
// Whether a path stays under the root that it is relative to and has one spelling only.
bool IsCleanRelativePath(std::string_view path);
// Canonical text: an optional column is written only if some entry has it.
std::string FormatManifest(const Manifest& manifest);

// Reads manifest.csv, once, and, if it lies beside it, classes.txt. *sha256 becomes that of manifest.csv's bytes.
Manifest LoadManifest(const std::filesystem::path& path, std::string* sha256 = nullptr);
// Throws Error for an empty or a repeated name.
std::vector<std::string> ParseClasses(std::string_view text, const std::string& file);
std::string FormatClasses(const std::vector<std::string>& classes);

}  // namespace dataset

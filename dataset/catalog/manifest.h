#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/catalog/split.h"

namespace dataset {

// One row of manifest.csv.
struct ManifestEntry {
  std::string path;   // relative to the raw root, '/' between parts
  std::string label;  // class name
  Split split = Split::kTrain;
  std::string group;             // empty: the sample has no group
  std::optional<uint32_t> fold;  // nullopt: the row has no fold
  std::string sha256;            // of the file, 64 hex digits; empty: not known
  uint32_t width = 0;            // upright pixels; 0: not known
  uint32_t height = 0;
  uint32_t repeat = 1;  // how often an epoch has the sample, 1 or more; above 1 only in train
};

// manifest.csv in memory (proto/FORMAT.md, section 1).
struct Manifest {
  std::vector<ManifestEntry> entries;  // sorted by path, bytewise; paths are unique
  std::vector<std::string> classes;    // in label order; they contain the label of every entry

  // The class number of each entry.
  std::vector<uint32_t> Labels() const;
};

// Parses the untrusted bytes of a manifest, which a spreadsheet may have saved: a table as TableReader has it. Without
// `classes`, which a file named `classes_name` holds, they are the labels as SortClassNames
// (dataset/catalog/class_names.h) orders them. Throws Error, which names `file` and the line ("manifest.csv: line 7:
// ..."), for:
// - an unknown, missing or repeated column, or a row with another number of fields,
// - a quoted field that holds whole rows,
// - a path that is absolute, has "..", "." or NUL, or comes twice,
// - a label that is empty, has a control character, is not in `classes` or, without them, looks like another,
// - a split that does not exist, a group that is in two splits, a repeat that is 0 or outside of train,
// - a fold, width, height or sha256 that is not valid, and text in a column without a name.
Manifest ParseManifest(std::string_view csv, const std::string& file,
                       const std::optional<std::vector<std::string>>& classes = std::nullopt,
                       const std::string& classes_name = "classes.txt");
// Whether a relative path stays below its root and is written in the only possible way: no empty, "." or ".." part, no
// NUL.
bool IsCleanRelativePath(std::string_view path);
// Returns the canonical text. An optional column is written only if some entry has a value in it.
std::string FormatManifest(const Manifest& manifest);

// Reads manifest.csv (once), and classes.txt if it lies in the same folder, else the classes of a split.json of dsplit
// there. If `sha256` is not nullptr, *sha256 becomes the hash of manifest.csv's bytes. Throws Error as ParseManifest
// and ParseClasses do, and for a file that cannot be read.
Manifest LoadManifest(const std::filesystem::path& path, std::string* sha256 = nullptr);
// Parses the untrusted bytes of a classes.txt: one name on each line. Throws Error, which names `file` and the line,
// for an empty or repeated name, a control character, text without a name, and what DecodeText refuses.
std::vector<std::string> ParseClasses(std::string_view bytes, const std::string& file);
std::string FormatClasses(const std::vector<std::string>& classes);

}  // namespace dataset

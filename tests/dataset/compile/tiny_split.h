#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "dataset/catalog/manifest.h"
#include "dataset/compile/compiler.h"
#include "dataset/io/file.h"
#include "dataset/io/sync.h"
#include "tests/testing/pictures.h"
#include "tests/testing/testing.h"

namespace dataset::testing {

// The manifest of every file under FOLDER/raw, whose folder is its class. The files of a class, in order, go to train,
// train, val, test, and so on in turn.
inline Manifest ManifestOf(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  std::map<std::string, std::string> labels;
  for (const auto& item : fs::recursive_directory_iterator(folder / "raw")) {
    if (!item.is_regular_file()) continue;
    const fs::path path = item.path().lexically_relative(folder / "raw");
    labels[path.string()] = path.begin()->string();
  }
  Manifest manifest;
  std::map<std::string, int> seen;
  for (const auto& [path, label] : labels) {
    const int turn = seen[label]++ % 4;
    const Split split = turn == 2 ? Split::kVal : turn == 3 ? Split::kTest : Split::kTrain;
    manifest.entries.push_back({path, label, split, "", {}, "", 0, 0});
  }
  for (const auto& [label, count] : seen) manifest.classes.push_back(label);
  return manifest;
}

// Options that compile FOLDER/raw to FOLDER/out.ds, after writing FOLDER/manifest.csv.
inline CompileOptions TinyOptions(const std::filesystem::path& folder) {
  WriteFile(folder / "manifest.csv", FormatManifest(ManifestOf(folder)));
  CompileOptions options;
  options.manifest = folder / "manifest.csv";
  options.root = folder / "raw";
  options.output = folder / "out.ds";
  options.name = "tiny";
  options.sync = Sync::kNo;
  options.config_toml = "store = 'compressed'\n";
  options.tool_version = "0.1.0";
  return options;
}

// Two classes of eight pictures each.
inline CompileOptions TinySplit(const std::filesystem::path& folder) {
  MakeImageFolder(folder / "raw", 2, 8, 24);
  return TinyOptions(folder);
}

inline DatasetInfo Compile(const CompileOptions& options) {
  NoProgress progress;
  return CompileDataset(options, progress).info;
}

// The name and content of every file in a folder.
inline std::map<std::string, std::string> Contents(const std::filesystem::path& folder) {
  std::map<std::string, std::string> contents;
  for (const auto& item : std::filesystem::directory_iterator(folder)) {
    contents[item.path().filename().string()] = ReadFile(item.path());
  }
  return contents;
}

}  // namespace dataset::testing

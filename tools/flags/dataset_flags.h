#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dataset/read/foreign_dataset.h"
#include "dataset/sample/scale.h"

namespace cli {

// The help text of a path that dataset::OpenDataset takes.
inline constexpr char kDatasetPath[] =
    "Dataset folder, as dscompile writes it; or TFRecord files of another program: a folder, a file or a quoted "
    "pattern "
    "such as 'files/train-*'";

// The flags that say how TFRecord files of other programs are read. They are the same in every tool.
struct DatasetFlags {
  std::vector<std::string> keys;
  std::optional<uint32_t> label_base;
  std::optional<std::string> classes;
  std::optional<dataset::PixelLayout> layout;
  std::optional<dataset::ScaleMode> scale;
};

void AddDatasetFlags(CLI::App* app, DatasetFlags* flags);

// Turns the flags into options. Throws dataset::Error::Usage for an invalid value.
dataset::ForeignOptions MakeForeignOptions(const DatasetFlags& flags);

// Parses the values of --keys, each ROLE=KEY, to a map from role to key. Throws dataset::Error::Usage.
std::map<std::string, std::string> ParseKeys(const std::vector<std::string>& texts);

}  // namespace cli

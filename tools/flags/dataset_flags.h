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

// Help of a path that dataset::OpenDataset takes.
inline constexpr char kDatasetPath[] =
    "Dataset folder, as dscompile writes it; or TFRecord files of another program: a folder, a file or a quoted "
    "pattern "
    "such as 'files/train-*'";

// The flags, the same for every tool, that tell how other programs' TFRecord files are to be read.
struct DatasetFlags {
  std::vector<std::string> keys;
  std::optional<uint32_t> label_base;
  std::optional<std::string> classes;
  std::optional<dataset::PixelLayout> layout;
  std::optional<dataset::ScaleMode> scale;
};

void AddDatasetFlags(CLI::App* app, DatasetFlags* flags);

// Throws dataset::Error::Usage for flags that make no sense.
dataset::ForeignOptions MakeForeignOptions(const DatasetFlags& flags);

// ROLE=KEY texts, as --keys has them.
std::map<std::string, std::string> ParseKeys(const std::vector<std::string>& texts);

}  // namespace cli

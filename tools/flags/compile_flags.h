#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dataset/compile/compile_options.h"
#include "tools/cli/units.h"

namespace cli {

// dscompile's flags, as they are typed where a number or a choice does not say it all.
struct CompileFlags {
  std::string manifest;
  std::string output;
  std::optional<std::string> root;
  std::optional<uint32_t> fold;
  std::string name;
  dataset::Store store = dataset::Store::kCompressed;
  std::string resize = "0";
  std::optional<dataset::Fit> fit;
  std::string pad_colour = "0,0,0";
  dataset::Interpolation interpolation = dataset::Interpolation::kAuto;
  uint32_t channels = 3;
  std::string depth = "auto";
  dataset::Encode encode = dataset::Encode::kKeep;
  dataset::Transcode transcode = dataset::Transcode::kKeep;
  uint32_t quality = 95;
  std::optional<dataset::ScaleMode> scale;
  std::optional<std::string> mean;
  std::optional<std::string> stddev;
  dataset::ValueType dtype = dataset::ValueType::kFloat32;
  std::optional<uint32_t> shards;
  std::optional<std::string> shard_size;
  dataset::RecordCompression compression = dataset::RecordCompression::kNone;
  std::vector<std::string> keys;
  bool tfds = false;
  uint64_t seed = 0;
  dataset::SourceCheck check = dataset::SourceCheck::kHeader;
  OnBad on_bad = OnBad::kSkip;
  std::optional<std::string> max_bad;
  int jobs = 1;
  bool overwrite = false;
  bool resume = false;
  std::optional<std::string> worker;
  bool finish = false;
  bool stats_only = false;
  std::vector<std::string> stats;
  bool no_fsync = false;
};

// In groups of help, those of CompileGroups and kGeneral.
void AddCompileFlags(CLI::App& app, CompileFlags* flags);
std::vector<std::string> CompileGroups();

// Turns the flags into options. Throws dataset::Error::Usage for flags that contradict each other or have an invalid
// value.
dataset::CompileOptions MakeCompileOptions(const CompileFlags& flags, const CLI::App& app);

}  // namespace cli

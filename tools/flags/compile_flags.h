#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dataset/compile/compile_options.h"

namespace cli {

// dscompile's flags as they are typed.
struct CompileFlags {
  std::string manifest;
  std::string output;
  std::optional<std::string> root;
  std::optional<uint32_t> fold;
  std::string name;
  std::string store = "compressed";
  std::string resize = "0";
  std::optional<std::string> fit;
  std::string pad_colour = "0,0,0";
  std::string interpolation = "auto";
  uint32_t channels = 3;
  std::string encode = "keep";
  std::string transcode = "keep";
  uint32_t quality = 95;
  std::optional<std::string> scale;
  std::optional<std::string> mean;
  std::optional<std::string> stddev;
  std::string dtype = "float32";
  std::optional<uint32_t> shards;
  std::optional<std::string> shard_size;
  std::string compression = "none";
  std::vector<std::string> keys;
  bool tfds = false;
  uint64_t seed = 0;
  std::string check = "header";
  std::string on_bad = "skip";
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

void AddCompileFlags(CLI::App& app, CompileFlags* flags);

// Turns the flags into options. Throws dataset::Error::Usage for flags that contradict each other or have an invalid
// value.
dataset::CompileOptions MakeCompileOptions(const CompileFlags& flags, const CLI::App& app);

}  // namespace cli

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "dataset/catalog/dataset_info.h"

namespace dataset {

// The share of one of `count` workers.
struct WorkerShare {
  uint32_t index = 0;  // 0 ... count - 1
  uint32_t count = 1;

  // Whether a shard is in this share. The shards of all splits are numbered together, from 0.
  bool Has(uint32_t shard) const { return shard % count == index; }
};

// The content of part-I-of-N.json: what a worker knows before it reads a sample (proto/FORMAT.md, section 2).
struct CompilePart {
  DatasetInfo info;  // has the names of all shards, but no counts
  std::string config_toml;
};

// Whether two descriptions of one dataset turn pictures into the same values: its depth and scale may come from photos.
bool HaveSameValues(const DatasetInfo& one, const DatasetInfo& other);

std::string PartName(const WorkerShare& share);  // "part-00001-of-00004.json" for index 0, count 4
std::string FormatCompilePart(const CompilePart& part);
// `json` is untrusted. Throws Error, which names `file`, if it is invalid.
CompilePart ParseCompilePart(std::string_view json, const std::string& file);

}  // namespace dataset

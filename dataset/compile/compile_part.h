#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "dataset/catalog/dataset_info.h"

namespace dataset {

// A worker's share of a dataset's shards.
struct WorkerShare {
  uint32_t index = 0;  // from 0
  uint32_t count = 1;

  // Of the shard with this number, all splits' shards numbered together.
  bool Has(uint32_t shard) const { return shard % count == index; }
};

// part-I-of-N.json in memory: what a worker knows before it reads a sample (proto/FORMAT.md, section 2).
struct CompilePart {
  DatasetInfo info;  // with the shards' names and no records
  std::string config_toml;
};

std::string PartName(const WorkerShare& share);  // "part-00001-of-00004.json"
std::string FormatCompilePart(const CompilePart& part);
// Untrusted; throws Error naming `file`.
CompilePart ParseCompilePart(std::string_view json, const std::string& file);

}  // namespace dataset

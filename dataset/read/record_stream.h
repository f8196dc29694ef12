#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/catalog/dataset_info.h"
#include "dataset/read/foreign_dataset.h"
#include "dataset/record/record_reader.h"

namespace dataset {

// The records of a dataset (all that OpenDataset takes), split after split and shard after shard, or those of one
// TFRecord file of any origin, front to back. Every CRC is checked. Not thread-safe.
class RecordStream {
 public:
  // `split`: that one alone; a file has none. `foreign`: of other programs' files; with it a single one is a dataset
  // too. Throws Error::Usage for a split of a file, Error for a split that the dataset does not have.
  RecordStream(const std::filesystem::path& path, std::optional<Split> split, const ForeignOptions& foreign = {});

  struct Record {
    std::string_view payload;    // valid until the next call
    std::optional<Split> split;  // of a folder
    uint64_t number = 0;         // within the split or the file, from 0
    Place place;
  };

  // nullopt at the end. Damage, and a shard with another number of records than dataset.json says, is an Error.
  std::optional<Record> Next();
  // The record of that number; to be called instead of Next(). Throws Error if there are not so many, Error::Usage for
  // a folder without a `split`, where a number means nothing.
  Record Find(uint64_t number);

  const std::optional<DatasetInfo>& info() const { return info_; }  // of a folder
  uint64_t records() const { return records_; }                     // in all; 0 for a file, where it is not known

 private:
  struct Part {
    std::filesystem::path path;
    std::optional<Split> split;
    uint64_t records = 0;  // as the dataset says
  };

  std::optional<DatasetInfo> info_;
  std::filesystem::path path_;
  bool one_sequence_ = true;  // numbers do not begin anew
  std::vector<Part> parts_;
  uint64_t records_ = 0;
  size_t part_ = 0;  // that is being read
  std::unique_ptr<RecordReader> reader_;
  uint64_t number_ = 0;  // of the next record
};

}  // namespace dataset

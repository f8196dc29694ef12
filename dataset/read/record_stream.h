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

// Reads records front to back and checks every CRC. The records are those of a dataset (of anything that OpenDataset
// takes), split after split and shard after shard, or those of one TFRecord file of any origin. Not thread-safe.
class RecordStream {
 public:
  // If `split` is set, only the records of that split are read. `foreign` tells how to read other programs' files; if
  // it is not the default, a single file is opened as a dataset too. Throws Error::Usage for a split of a file, Error
  // for a split that the dataset does not have.
  RecordStream(const std::filesystem::path& path, std::optional<Split> split, const ForeignOptions& foreign = {});

  struct Record {
    std::string_view payload;    // valid until the next call
    std::optional<Split> split;  // nullopt for a file
    uint64_t number = 0;         // within the split or the file, counted from 0
    Place place;
  };

  // Returns the next record, or nullopt at the end. Throws Error for damage, and for a shard that has another number of
  // records than the dataset's description says.
  std::optional<Record> Next();
  // Returns the record with this number. Must be called instead of Next(), at most once. Throws Error if there is no
  // such record, and Error::Usage for a dataset without a chosen `split`, where numbers are not unique.
  Record Find(uint64_t number);

  const std::optional<DatasetInfo>& info() const { return info_; }  // nullopt for a file
  uint64_t records() const { return records_; }  // number of all records; 0 for a file, whose number is not known

 private:
  struct Part {
    std::filesystem::path path;
    std::optional<Split> split;
    uint64_t records = 0;  // as the dataset's description says
  };

  std::optional<DatasetInfo> info_;
  std::filesystem::path path_;
  bool one_sequence_ = true;  // numbers are unique: they do not start again with each split
  std::vector<Part> parts_;
  uint64_t records_ = 0;
  size_t part_ = 0;  // index of the part that is being read
  std::unique_ptr<RecordReader> reader_;
  uint64_t number_ = 0;  // of the next record
};

}  // namespace dataset

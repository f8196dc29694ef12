#include "dataset/read/record_stream.h"

#include <string>

#include "dataset/read/open_dataset.h"

namespace dataset {

namespace fs = std::filesystem;

RecordStream::RecordStream(const fs::path& path, std::optional<Split> split, const ForeignOptions& foreign)
    : path_(path) {
  if (fs::exists(path) && !fs::is_directory(path) && foreign == ForeignOptions()) {
    if (split) throw Error::Usage("`split` does not apply: " + path.string() + " is a file, and a file has no splits");
    parts_.push_back({path, {}, 0});
    return;
  }
  info_ = OpenDataset(path, foreign);
  one_sequence_ = split.has_value();
  for (const DatasetSplit& described : info_->splits) {
    if (split && described.split != *split) continue;
    for (const ShardInfo& shard : described.shards) {
      parts_.push_back({path / shard.name, described.split, shard.records});
      records_ += shard.records;
    }
  }
  if (parts_.empty()) {
    std::string cause = "has no split " + std::string(NameOf(*split));
    for (const std::string& note : info_->notes) cause += "; " + note;
    throw Error(path, cause);
  }
}

std::optional<RecordStream::Record> RecordStream::Next() {
  for (; part_ < parts_.size(); ++part_) {
    const Part& part = parts_[part_];
    if (!reader_) {
      reader_ = std::make_unique<RecordReader>(part.path);
      if (part_ > 0 && part.split != parts_[part_ - 1].split) number_ = 0;
    }
    if (const auto payload = reader_->Next()) {
      return Record{*payload, part.split, number_++, {part.path.string(), reader_->records() - 1, reader_->offset()}};
    }
    if (info_ && reader_->records() != part.records) {
      throw Error(part.path, "has " + std::to_string(reader_->records()) + " records, but dataset.json says " +
                                 std::to_string(part.records));
    }
    reader_.reset();
  }
  return std::nullopt;
}

RecordStream::Record RecordStream::Find(uint64_t number) {
  if (!one_sequence_) throw Error::Usage("`record` counts within a split; name it with `split`");
  if (info_) {
    while (part_ < parts_.size() && number_ + parts_[part_].records <= number) number_ += parts_[part_++].records;
  }
  while (auto record = Next()) {
    if (record->number == number) return *record;
  }
  throw Error(path_, "has no record " + std::to_string(number) + ": there are " + std::to_string(number_) + ", from 0");
}

}  // namespace dataset

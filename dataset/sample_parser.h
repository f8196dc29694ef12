#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "dataset/dataset_info.h"
#include "dataset/image.h"
#include "dataset/record_stream.h"
#include "dataset/sample.h"

namespace dataset {

// Turns the records of a RecordStream into samples and their pictures. The records of a dataset must be as
// proto/FORMAT.md has them. Those of a single file may be another program's: `image/encoded` and `image/class/label`
// are enough, and what there is not of a Sample's other fields stays empty or 0. Thread-safe.
class SampleParser {
 public:
  // `path` and `info` are the stream's.
  SampleParser(const std::filesystem::path& path, const std::optional<DatasetInfo>& info);

  // Throws Error at the record's place for what is no such record. The class name is the dataset's; in a file it is
  // `image/class/text`, else the label's line of a classes.txt beside the file, else the label.
  Sample Parse(const RecordStream::Record& record) const;

  // The upright picture of a sample, grey or RGB. One that is encoded may be decoded smaller, as long as neither side
  // falls below `min_side` (0: full size). Throws Error (cause only).
  void Picture(const Sample& sample, int min_side, Image* out) const;

 private:
  std::vector<std::string> classes_;
  bool dataset_ = false;
  Scale scale_;
  SampleKeys keys_;
};

}  // namespace dataset

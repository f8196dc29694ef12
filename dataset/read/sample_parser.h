#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/catalog/dataset_info.h"
#include "dataset/image/image.h"
#include "dataset/read/foreign_sample.h"
#include "dataset/read/record_stream.h"
#include "dataset/sample/sample.h"
#include "dataset/sample/scale.h"

namespace dataset {

// Turns records into samples and their pictures. The records of a compiled dataset must be as proto/FORMAT.md has them.
// Those of other programs need a picture and a label, and what there is not of a Sample's other fields stays empty or
// 0. Thread-safe.
class SampleParser {
 public:
  // Of a dataset's records.
  explicit SampleParser(const DatasetInfo& info);
  // Of a RecordStream's: `path` and `info` are the stream's. A single file has the default keys, and any labels.
  SampleParser(const std::filesystem::path& path, const std::optional<DatasetInfo>& info);

  // Throws Error at the record's place for what is no such record. The class name is the dataset's; in a file it is
  // `image/class/text`, else the label's name in a class map beside the file, else the label.
  Sample Parse(const RecordStream::Record& record) const;

  // For a loader, in steady state without allocating: also the size of an image file whose record does not tell it,
  // from the file's header; no class name.
  void ParseSized(std::string_view payload, const Place& place, Sample* out) const;

  // The upright picture of a sample, grey or RGB. One that is encoded may be decoded smaller, as long as neither side
  // falls below `min_side` (0: full size). Throws Error (cause only).
  void Picture(const Sample& sample, int min_side, Image* out) const;

 private:
  void ParsePayload(std::string_view payload, const Place& place, Sample* out) const;

  std::vector<std::string> classes_;
  bool dataset_ = false;  // not a single file
  Scale scale_;
  SampleKeys keys_;
  std::optional<ForeignFormat> foreign_;
  ForeignClasses foreign_classes_;
};

}  // namespace dataset

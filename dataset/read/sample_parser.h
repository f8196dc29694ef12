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

// Turns records into samples and their pictures. The records of a compiled dataset must be as proto/FORMAT.md specifies
// them. Records of other programs must have a picture and a label; other fields of their Samples may be empty or 0.
// Thread-safe.
class SampleParser {
 public:
  // For the records of a dataset.
  explicit SampleParser(const DatasetInfo& info);
  // For the records of a RecordStream that was opened with `path` and has `info`. In a single file the keys are the
  // default ones, and any label is valid.
  SampleParser(const std::filesystem::path& path, const std::optional<DatasetInfo>& info);

  // Throws Error at the record's place if the record is not valid. The class name is the dataset's. For a single file
  // it is the feature `image/class/text`, else the label's name in a class map beside the file, else the label.
  Sample Parse(const RecordStream::Record& record) const;

  // For loaders: allocates nothing in steady state and sets no class name. If the record of an image file does not tell
  // the size of the picture, the size is taken from the file's header. The payload must outlive *out.
  void ParseSized(std::string_view payload, const Place& place, Sample* out) const;

  // Sets *out to the upright picture of a sample, grey or RGB. An image file may be decoded at a smaller size, as long
  // as neither side falls below `min_side` (0: full size). Throws Error (cause only, without a place).
  void Picture(const Sample& sample, int min_side, Image* out) const;
  // Throws Error (cause only, without a place) if a loader could not get the pixels of a sample that ParseSized made.
  void CheckPicture(const Sample& sample, Image* scratch) const;

 private:
  void ParsePayload(std::string_view payload, const Place& place, Sample* out) const;

  std::vector<std::string> classes_;
  bool dataset_ = false;  // the records are those of a dataset, not of a single file
  Scale scale_;
  SampleKeys keys_;
  std::optional<ForeignFormat> foreign_;
  ForeignClasses foreign_classes_;
};

}  // namespace dataset

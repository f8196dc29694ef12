#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/catalog/dataset_info.h"

namespace train {

// New names of a dataset's classes, by their own names. Several may get one name.
using ClassRenames = std::map<std::string, std::string>;

// Parses the untrusted text of a file of renames: rows of CSV, a class of the dataset and a class of the run. Throws
// dataset::Error, which names `file` and the line, if a row has another number of fields, an empty one, or a class that
// was there already.
ClassRenames ParseClassRenames(std::string_view text, const std::string& file);

// Which class of a model each label of a dataset is.
struct ClassMatch {
  std::vector<uint32_t> class_of_label;  // of a label without records in the split it may be any
  std::vector<std::string> absent;       // classes of the model of which the split has no record
  ClassRenames renames;                  // those that gave a class with records in the split another name
};

// Matches the classes of `data`, after their renames, to those of the model by name, in any order. Throws
// dataset::Error, which names `folder`, for classes with records in the split that the model does not have, and for a
// rename of a class that `data` does not have or to one that the model does not have.
ClassMatch MatchClasses(const dataset::DatasetInfo& data, const dataset::DatasetSplit& split,
                        const std::vector<std::string>& model_classes, const ClassRenames& renames,
                        const std::filesystem::path& folder);

}  // namespace train

#pragma once

#include <filesystem>

#include "dataset/catalog/dataset_info.h"
#include "dataset/io/sync.h"

namespace dataset {

// tfds.builder_from_directory (TensorFlow Datasets) can open a dataset of store compressed that has these keys and
// files.

// Returns the keys image, label and file_name.
SampleKeys TfdsKeys();

// Writes dataset_info.json, features.json and label.labels.txt for the dataset in `folder`.
void WriteTfdsFiles(const DatasetInfo& info, const std::filesystem::path& folder, Sync sync);

}  // namespace dataset

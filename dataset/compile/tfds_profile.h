#pragma once

#include <filesystem>

#include "dataset/catalog/dataset_info.h"
#include "dataset/io/sync.h"

namespace dataset {

// What tfds.builder_from_directory (TensorFlow Datasets) needs to open a dataset of store compressed.

// Its keys: image, label, file_name.
SampleKeys TfdsKeys();

// Writes dataset_info.json, features.json and label.labels.txt for the dataset in `folder`.
void WriteTfdsFiles(const DatasetInfo& info, const std::filesystem::path& folder, Sync sync);

}  // namespace dataset

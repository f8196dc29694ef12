#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dataset/io/mapped_file.h"
#include "dataset/io/sync.h"
#include "train/weights/tensor_file.h"

namespace train {

// Opens a mapped file of the safetensors format (proto/FORMAT.md, section 8; huggingface/safetensors). Throws
// dataset::Error for headers above 100 MB, holes, overlaps, duplicate names, unknown dtypes and sizes that do not
// match.
std::unique_ptr<TensorFile> OpenSafetensors(dataset::MappedFile file);

// Writes a file and publishes it atomically. Names must be unique. The same tensors and metadata give the same bytes.
// Throws dataset::Error if it cannot write.
void WriteSafetensors(const std::filesystem::path& path, const std::vector<TensorView>& tensors,
                      const std::map<std::string, std::string>& metadata, dataset::Sync sync);

}  // namespace train

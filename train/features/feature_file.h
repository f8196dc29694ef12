#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/io/sync.h"
#include "dataset/io/writable_file.h"
#include "train/weights/tensor_file.h"

namespace train {

// A file of a feature folder (proto/FORMAT.md, section 11): the features and labels of all samples of a split, by id.
struct FeatureFileShape {
  DType dtype = DType::kFloat32;
  std::vector<int64_t> shape;  // of the features: samples, then those of a row
};

// Writes such a file front to back; a file is complete after Close. Throws dataset::Error if it cannot write. Not
// thread-safe.
class FeatureFileWriter {
 public:
  // `key` says what the features are of.
  FeatureFileWriter(const std::filesystem::path& path, const std::string& key, const FeatureFileShape& shape);
  // `rows` are little-endian and row-major; as many as labels.
  void Add(std::string_view rows, std::span<const int64_t> labels);
  // After all samples.
  void Close(dataset::Sync sync);

 private:
  void Append(std::string_view bytes);

  dataset::WritableFile file_;
  uint32_t crc_ = 0;  // of all bytes so far
  std::vector<int64_t> labels_;
};

// The bytes that a file of features has beside them, at most.
uint64_t FeatureFileOverhead(uint64_t samples);

// A feature file whose checksum is right and whose key is `key`.
class FeatureFile {
 public:
  // Throws dataset::Error, which names the file and what is wrong. The file is untrusted: `classes` bounds its labels.
  FeatureFile(const std::filesystem::path& path, const std::string& key, int64_t classes);

  const TensorView& features() const { return *features_; }
  const std::vector<int64_t>& labels() const { return labels_; }

 private:
  std::unique_ptr<TensorFile> file_;
  const TensorView* features_ = nullptr;
  std::vector<int64_t> labels_;
};

}  // namespace train

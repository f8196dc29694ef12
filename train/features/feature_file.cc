#include "train/features/feature_file.h"

#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "dataset/base/crc32c.h"
#include "dataset/base/error.h"
#include "train/weights/safetensors.h"

namespace train {

namespace {

constexpr char kFormat[] = "dstools features 1";
constexpr size_t kHeaderAlignment = 8;

std::string Header(const std::string& key, const FeatureFileShape& shape) {
  const int64_t samples = shape.shape.front();
  const uint64_t features = TensorBytes(shape.shape, shape.dtype).value();
  const uint64_t labels = features + static_cast<uint64_t>(samples) * sizeof(int64_t);
  nlohmann::ordered_json header;
  header["__metadata__"] = {{"format", kFormat}, {"key", key}};
  header["features"] = {
      {"dtype", dataset::NameOf(shape.dtype)}, {"shape", shape.shape}, {"data_offsets", {uint64_t{0}, features}}};
  header["labels"] = {{"dtype", "I64"}, {"shape", {samples}}, {"data_offsets", {features, labels}}};
  header["crc32c"] = {{"dtype", "I64"}, {"shape", {1}}, {"data_offsets", {labels, labels + sizeof(int64_t)}}};
  std::string text = header.dump();
  text.resize((text.size() + kHeaderAlignment - 1) / kHeaderAlignment * kHeaderAlignment, ' ');
  const uint64_t bytes = text.size();
  return std::string(reinterpret_cast<const char*>(&bytes), sizeof(bytes)) + text;
}

}  // namespace

uint64_t FeatureFileOverhead(uint64_t samples) {
  constexpr uint64_t kMostHeader = 4096;
  return kMostHeader + (samples + 1) * sizeof(int64_t);
}

FeatureFileWriter::FeatureFileWriter(const std::filesystem::path& path, const std::string& key,
                                     const FeatureFileShape& shape)
    : file_(path) {
  Append(Header(key, shape));
}

void FeatureFileWriter::Append(std::string_view bytes) {
  crc_ = dataset::ExtendCrc32c(crc_, bytes);
  file_.Append(bytes);
}

void FeatureFileWriter::Add(std::string_view rows, std::span<const int64_t> labels) {
  Append(rows);
  labels_.insert(labels_.end(), labels.begin(), labels.end());
}

void FeatureFileWriter::Close(dataset::Sync sync) {
  Append({reinterpret_cast<const char*>(labels_.data()), labels_.size() * sizeof(int64_t)});
  const int64_t crc = crc_;
  file_.Append({reinterpret_cast<const char*>(&crc), sizeof(crc)});
  file_.Close(sync);
}

FeatureFile::FeatureFile(const std::filesystem::path& path, const std::string& key, int64_t classes)
    : file_(OpenSafetensors(dataset::MappedFile(path))) {
  const auto fail = [&](const std::string& cause) { throw dataset::Error(path, cause); };
  const auto says = [&](const std::string& name) {
    const auto found = file_->metadata().find(name);
    return found == file_->metadata().end() ? "" : found->second;
  };
  if (says("format") != kFormat) fail("is no file of features");
  if (says("key") != key) fail("has the features of something else");
  features_ = file_->Find("features");
  const TensorView* const labels = file_->Find("labels");
  const TensorView* const crc = file_->Find("crc32c");
  const bool whole = features_ != nullptr && labels != nullptr && crc != nullptr && labels->dtype == DType::kInt64 &&
                     crc->dtype == DType::kInt64 && crc->bytes.size() == sizeof(int64_t) &&
                     features_->shape.size() >= 2 && labels->shape.size() == 1 &&
                     features_->shape.front() == labels->shape.front();
  if (!whole) fail("lacks the features, the labels or the checksum");
  const std::string_view content = file_->content();
  if (crc->bytes.end() != content.end()) fail("has a checksum that is not at its end");
  int64_t noted = 0;
  std::memcpy(&noted, crc->bytes.data(), sizeof(noted));
  if (noted != dataset::Crc32c(content.substr(0, content.size() - sizeof(noted)))) fail("has a wrong checksum");
  labels_.resize(static_cast<size_t>(labels->shape.front()));
  std::memcpy(labels_.data(), labels->bytes.data(), labels->bytes.size());
  for (const int64_t label : labels_) {
    if (label < 0 || label >= classes) fail("has label " + std::to_string(label) + " of no class");
  }
}

}  // namespace train

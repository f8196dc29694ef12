#include "train/loop/normalization.h"

#include <cstring>

#include "dataset/base/error.h"
#include "dataset/io/sync.h"
#include "train/weights/safetensors.h"
#include "train/weights/tensor_values.h"

namespace train {

namespace {

TensorView ViewOf(const std::string& name, std::vector<int64_t> shape, const std::vector<float>& values) {
  return {name,
          DType::kFloat32,
          std::move(shape),
          {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)}};
}

std::vector<float> Values(const TensorFile& file, const std::string& name, const std::vector<int64_t>& shape) {
  const TensorView* view = file.Find(name);
  if (view == nullptr || view->dtype != DType::kFloat32 || view->shape != shape) {
    throw dataset::Error(file.path(), "has no float32 tensor '" + name + "' of the shape that model.json asks for");
  }
  CheckValues(*view, AllowedValues::kFinite, file.path());
  std::vector<float> values(view->bytes.size() / sizeof(float));
  std::memcpy(values.data(), view->bytes.data(), view->bytes.size());
  return values;
}

}  // namespace

bool Whitens(NormalizationKind kind) { return kind == NormalizationKind::kZca || kind == NormalizationKind::kPca; }

void WriteWhitening(const std::filesystem::path& path, const dataset::Whitening& whitening,
                    const std::string& dataset_fingerprint, dataset::Sync sync) {
  const int64_t values = static_cast<int64_t>(whitening.values());
  WriteSafetensors(path,
                   {ViewOf("matrix", {values, values}, whitening.matrix()), ViewOf("bias", {values}, whitening.bias())},
                   {{"dataset_fingerprint", dataset_fingerprint}}, sync);
}

std::shared_ptr<const dataset::Whitening> ReadWhitening(const std::filesystem::path& path, size_t values,
                                                        const std::string& dataset_fingerprint) {
  const std::unique_ptr<TensorFile> file = OpenSafetensors(dataset::MappedFile(path));
  const auto found = file->metadata().find("dataset_fingerprint");
  if (found != file->metadata().end() && found->second != dataset_fingerprint) {
    throw dataset::Error(path,
                         "belongs to a run on another dataset; move it away, and dtrain's option resume restores the "
                         "run's own");
  }
  const int64_t size = static_cast<int64_t>(values);
  return std::make_shared<const dataset::Whitening>(Values(*file, "matrix", {size, size}),
                                                    Values(*file, "bias", {size}));
}

}  // namespace train

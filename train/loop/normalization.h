#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "dataset/base/enum_names.h"
#include "dataset/io/sync.h"
#include "dataset/load/whitening.h"

namespace train {

enum class NormalizationKind {
  kFixed,   // (byte - mean[channel]) / std[channel]
  kSample,  // by the mean and deviation of each picture's own values (dataset/load/standardization.h)
  kZca,     // ZCA whitening (dataset/load/whitening.h)
  kPca,     // PCA whitening
};
constexpr auto EnumNames(NormalizationKind) {
  return dataset::NameTable<NormalizationKind, 4>{{{NormalizationKind::kFixed, "fixed"},
                                                   {NormalizationKind::kSample, "sample"},
                                                   {NormalizationKind::kZca, "zca"},
                                                   {NormalizationKind::kPca, "pca"}}};
}

// How the bytes of a picture become the input of a model.
struct Normalization {
  NormalizationKind kind = NormalizationKind::kFixed;
  std::vector<float> mean;                              // for kFixed: one per channel, 0 ... 255
  std::vector<float> stddev;                            // for kFixed: one per channel, in the same unit
  std::shared_ptr<const dataset::Whitening> whitening;  // for kZca and kPca
};

bool Whitens(NormalizationKind kind);  // kZca or kPca

// Writes a safetensors file with the tensors "matrix" and "bias" and, as metadata, the fingerprint of the run's
// dataset.
void WriteWhitening(const std::filesystem::path& path, const dataset::Whitening& whitening,
                    const std::string& dataset_fingerprint, dataset::Sync sync);
// Reads such a file, which is untrusted. Throws dataset::Error, which names the file, unless it is for pictures of
// `values` values, and if it has another fingerprint; older files have none.
std::shared_ptr<const dataset::Whitening> ReadWhitening(const std::filesystem::path& path, size_t values,
                                                        const std::string& dataset_fingerprint);

}  // namespace train

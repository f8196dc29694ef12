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
  kZca,     // whitened (dataset/load/whitening.h)
  kPca,
};
constexpr auto EnumNames(NormalizationKind) {
  return dataset::NameTable<NormalizationKind, 4>{{{NormalizationKind::kFixed, "fixed"},
                                                   {NormalizationKind::kSample, "sample"},
                                                   {NormalizationKind::kZca, "zca"},
                                                   {NormalizationKind::kPca, "pca"}}};
}

// What makes a model's input of a picture's bytes.
struct Normalization {
  NormalizationKind kind = NormalizationKind::kFixed;
  std::vector<float> mean;                              // of kFixed, in bytes' units, one a channel
  std::vector<float> stddev;                            // the same
  std::shared_ptr<const dataset::Whitening> whitening;  // of kZca and kPca
};

bool Whitens(NormalizationKind kind);

// A safetensors file of "matrix" and "bias".
void WriteWhitening(const std::filesystem::path& path, const dataset::Whitening& whitening, dataset::Sync sync);
// Untrusted. Throws dataset::Error naming the file if it is not one for pictures of so many values.
std::shared_ptr<const dataset::Whitening> ReadWhitening(const std::filesystem::path& path, size_t values);

}  // namespace train

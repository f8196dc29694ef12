#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "train/backbones/backbone_table.h"
#include "train/weights/tensor_file.h"

namespace train {

// A weights file, and what belongs to it: the graph that it was trained in and the normalisation that it wants.
struct Pretrained {
  std::unique_ptr<TensorFile> file;  // open, for whoever hashes or loads it; mapped until it is destroyed
  const VariantInfo* variant = nullptr;
  std::vector<float> mean, stddev;  // of bytes, RGB
  std::string normalization;        // --normalize's value, where a file of ours says that it was not the fixed one
};

// A file of ours says all of it itself, in its metadata. Of any other the variant is the one whose tensors it has, and
// the normalisation the variant's, or that of timm's config.json beside Hugging Face's model.safetensors or
// pytorch_model.bin. Of variants with equal tensors, the caller's `favourite` is taken, else Keras' for an architecture
// (or, without config.json, a file name) that begins with "tf_". Throws dataset::Error for a file that is not there or
// no file of weights, and for means and deviations, in metadata or config.json, that are none.
Pretrained OpenPretrained(const std::filesystem::path& path, const BackboneInfo& backbone,
                          std::optional<Variant> favourite = std::nullopt);

}  // namespace train

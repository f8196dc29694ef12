#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "train/backbone_table.h"
#include "train/weights/tensor_file.h"

namespace train {

// A weights file, and what belongs to it: the graph that it was trained in and the normalisation that it wants.
struct Pretrained {
  std::unique_ptr<TensorFile> file;
  const VariantInfo* variant = nullptr;
  std::vector<float> mean, std;  // of bytes, RGB
};

// A file of ours says both itself, in its metadata. Of any other the variant is the one whose tensors it has, and the
// normalisation that of the config.json beside it, else the variant's. A config.json counts if it is timm's (it comes
// with Hugging Face's model.safetensors); of variants with equal tensors, Keras' is the one of an architecture
// "tf_...", if the caller has no `favourite` among them. Whatever else has that name is ignored. Throws dataset::Error for a file that is not there or no file of
// weights, and for means and deviations, in metadata or config.json, that are none.
Pretrained OpenPretrained(const std::filesystem::path& path, const BackboneInfo& backbone,
                          std::optional<Variant> favourite = std::nullopt);

}  // namespace train

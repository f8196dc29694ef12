#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "train/backbones/backbone_table.h"
#include "train/weights/tensor_file.h"

namespace train {

// A weights file, the variant of the backbone that it was trained with, and the normalisation that it wants.
struct Pretrained {
  std::unique_ptr<TensorFile> file;  // the opened file; it stays mapped until this is destroyed
  const VariantInfo* variant = nullptr;
  std::vector<float> mean, stddev;  // three numbers each, in the order RGB: input = (byte - mean) / stddev
  std::string normalization;        // the run's normalisation, if a file of dstools says that it was not the fixed one
};

// Opens a weights file for a backbone, and finds out its variant and its normalisation. `key` is OpenTensorFile's.
//
// A file that dstools wrote for this backbone says both in its metadata. For any other file:
//  - The variant is the one whose tensors the file has. If variants have equal tensors, `favourite` wins; without a
//    favourite, Keras' variant wins if the architecture in config.json (the file name, if there is none) begins with
//    "tf_".
//  - The normalisation is the variant's. A file with Hugging Face's name model.safetensors or pytorch_model.bin may
//  have
//    timm's config.json beside it; the mean and std in that count instead.
//
// Throws dataset::Error for a file that is missing or is no weights file, and for an invalid mean or std in the
// metadata or in config.json.
Pretrained OpenPretrained(const std::filesystem::path& path, const BackboneInfo& backbone,
                          std::optional<Variant> favourite = std::nullopt, std::string_view key = {});

}  // namespace train

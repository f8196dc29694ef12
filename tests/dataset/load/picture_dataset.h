#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/codec/encoder.h"
#include "dataset/load/loader.h"
#include "dataset/sample/sample.h"
#include "dataset/sample/scale.h"
#include "dataset/sample/store.h"
#include "tests/dataset/load/toy_dataset.h"
#include "tests/testing/pictures.h"

// A small dataset of pictures, and the batches that its loaders give.
namespace dataset::testing {

inline constexpr int kSamples = 61;
inline constexpr int kSize = 16;
inline constexpr size_t kSlot = kSize * kSize * 3;

// Returns the payloads of the same pictures for each store. `change` may damage some.
inline std::vector<std::string> MakePayloads(Store store, const Scale& scale,
                                             const std::function<void(int, Sample*)>& change = nullptr,
                                             int samples = kSamples) {
  std::vector<std::string> payloads;
  for (int i = 0; i < samples; ++i) {
    const Image picture = MakePicture(24 + i % 5, 26 + i % 7, 3, static_cast<uint32_t>(i));
    std::string content;
    if (store == Store::kCompressed) EncodePng(picture, &content);
    if (store == Store::kRaw) content.assign(reinterpret_cast<const char*>(picture.data()), picture.bytes());
    if (store == Store::kNormalized) EncodeValues(picture, scale, &content);
    Sample sample;
    sample.store = store;
    sample.content = content;
    sample.format = store == Store::kCompressed ? "PNG" : "RAW";
    sample.dtype = store == Store::kNormalized ? scale.dtype : "uint8";
    sample.layout = store == Store::kNormalized ? "CHW" : "HWC";
    sample.height = static_cast<uint32_t>(picture.height());
    sample.width = static_cast<uint32_t>(picture.width());
    sample.channels = 3;
    sample.label = static_cast<uint32_t>(i % 3);
    sample.class_name = std::string(1, static_cast<char>('a' + i % 3));
    sample.filename = "picture_" + std::to_string(i) + ".png";
    sample.source_id = std::string(64, '0');
    if (change) change(i, &sample);
    payloads.push_back(SerializeSample(sample));
  }
  return payloads;
}

inline DatasetInfo WriteStore(const std::filesystem::path& folder, Store store, const Scale& scale = {}) {
  std::filesystem::create_directories(folder);
  DatasetInfo info = WriteToyShards(folder, MakePayloads(store, scale), 2);
  info.store = store;
  info.scale = scale;
  return info;
}

inline LoaderOptions Options(const std::filesystem::path& folder) {
  LoaderOptions options;
  options.folder = folder;
  options.augmentation.image_size = kSize;
  options.augmentation.eval_resize = kSize + 2;
  options.batch_size = 8;
  options.threads = 2;
  options.seed = 5;
  return options;
}

inline void TurnAugmentationOn(LoaderOptions* options) {
  options->augmentation.random_resized_crop = true;
  options->augmentation.flip_left_right = 0.5;
  options->augmentation.brightness = 0.2;
  options->augmentation.contrast = 0.2;
  options->augmentation.saturation = 0.2;
}

inline std::string Text(const Batch& batch) {
  std::string text =
      std::to_string(batch.epoch) + " " + std::to_string(batch.first) + " " + std::to_string(batch.valid);
  for (const uint32_t id : batch.ids) text += " " + std::to_string(id);
  for (const int64_t label : batch.labels) text += " " + std::to_string(label);
  return text.append(static_cast<const char*>(batch.data), batch.size * kSlot);
}

inline std::vector<std::string> Drain(BatchSource& source) {
  std::vector<std::string> texts;
  while (const BatchLease batch = source.Next()) texts.push_back(Text(*batch));
  return texts;
}

inline std::string ErrorOf(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace dataset::testing

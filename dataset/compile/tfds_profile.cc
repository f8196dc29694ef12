#include "dataset/compile/tfds_profile.h"

#include <nlohmann/json.hpp>

#include "dataset/catalog/manifest.h"
#include "dataset/io/file.h"
#include "dataset/io/sync.h"

namespace dataset {
namespace {

using Json = nlohmann::ordered_json;

// Names the classes of tensorflow_datasets that read the features.
Json Features(const DatasetInfo& info) {
  const std::string features = "tensorflow_datasets.core.features.";
  const Json image = {
      {"pythonClassName", features + "image_feature.Image"},
      {"image",
       {{"shape", {{"dimensions", {"-1", "-1", info.channels == 0 ? "-1" : std::to_string(info.channels)}}}},
        {"dtype", "uint8"}}},
  };
  const Json label = {
      {"pythonClassName", features + "class_label_feature.ClassLabel"},
      {"classLabel", {{"numClasses", std::to_string(info.classes.size())}}},
  };
  const Json file_name = {{"pythonClassName", features + "text_feature.Text"}, {"text", Json::object()}};
  return {
      {"pythonClassName", features + "features_dict.FeaturesDict"},
      {"featuresDict", {{"features", {{"file_name", file_name}, {"image", image}, {"label", label}}}}},
  };
}

Json Info(const DatasetInfo& info) {
  Json splits = Json::array();
  for (const DatasetSplit& split : info.splits) {
    Json lengths = Json::array();
    uint64_t bytes = 0;
    for (const ShardInfo& shard : split.shards) {
      lengths.push_back(std::to_string(shard.records));
      bytes += shard.bytes;
    }
    splits.push_back({{"name", NameOf(split.split)},
                      {"shardLengths", lengths},
                      {"numBytes", std::to_string(bytes)},
                      {"filepathTemplate", "{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}"}});
  }
  return {{"name", info.name},
          {"version", "1.0.0"},
          {"fileFormat", "tfrecord"},
          {"supervisedKeys", {{"tuple", {{"items", {{{"featureKey", "image"}}, {{"featureKey", "label"}}}}}}}},
          {"splits", splits}};
}

}  // namespace

SampleKeys TfdsKeys() { return SampleKeys({{"image", "image"}, {"label", "label"}, {"filename", "file_name"}}); }

void WriteTfdsFiles(const DatasetInfo& info, const std::filesystem::path& folder, Sync sync) {
  PublishFile(folder / "features.json", Features(info).dump(2) + "\n", sync);
  PublishFile(folder / "label.labels.txt", FormatClasses(info.classes), sync);
  PublishFile(folder / "dataset_info.json", Info(info).dump(2) + "\n", sync);
}

}  // namespace dataset

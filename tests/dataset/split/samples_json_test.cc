#include "dataset/split/samples_json.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

namespace dataset {
namespace {

TEST(SamplesJsonTest, IsWhatImageatmReads) {
  const Manifest manifest =
      ParseManifest("path,label,split\nb/ü.jpg,b,val\n\"a/\"\"1.jpg\",a,train\na/2.jpg,a,train\n", "m");
  std::map<std::string, nlohmann::json> files;
  for (const auto& [name, text] :
       FormatSamplesJson(manifest, {{"a/3.jpg", "an empty file", "a", CheckedImage::Verdict::kDamaged}})) {
    EXPECT_EQ(text.back(), '\n');
    files[name] = nlohmann::json::parse(text);
  }
  EXPECT_EQ(files.size(), 5u);
  EXPECT_EQ(SamplesJsonNames().size(), 5u);
  for (const std::string& name : SamplesJsonNames()) EXPECT_TRUE(files.contains(name)) << name;
  EXPECT_EQ(files["val_samples.json"], nlohmann::json::parse(R"([{"image_id": "b/ü.jpg", "label": 1}])"));
  EXPECT_EQ(files["train_samples.json"].size(), 2u);
  EXPECT_EQ(files["test_samples.json"], nlohmann::json::array());
  EXPECT_EQ(files["class_mapping.json"], nlohmann::json::parse(R"({"0": "a", "1": "b"})"));
  EXPECT_EQ(files["invalid_image_files.json"], nlohmann::json::parse(R"([["a/3.jpg", "an empty file"]])"));
}

}  // namespace
}  // namespace dataset

#include "dataset/sample/sample_keys.h"

#include <gtest/gtest.h>

#include "dataset/base/error.h"
#include "dataset/record/example.h"
#include "dataset/sample/sample.h"
#include "dataset/sample/store.h"

namespace dataset {
namespace {

using Renamed = std::map<std::string, std::string>;

TEST(SampleKeysTest, TheDefaultOnesAreTheFormats) {
  const SampleKeys keys;
  EXPECT_EQ(keys.Image(Store::kCompressed), "image/encoded");
  EXPECT_EQ(keys.Image(Store::kRaw), "image/raw");
  EXPECT_EQ(keys.Image(Store::kNormalized), "image/values");
  EXPECT_EQ(keys.Of(Role::kLabel), "image/class/label");
  EXPECT_EQ(keys.Of(Role::kShape), "");
}

TEST(SampleKeysTest, RefusesWhatCannotBe) {
  for (const Renamed& renamed : {Renamed{{"picture", "x"}}, Renamed{{"image", ""}}, Renamed{{"image", "\xff"}},
                                 Renamed{{"image", "x"}, {"label", "x"}}, Renamed{{"label", "image/format"}},
                                 Renamed{{"label", "image/raw"}}, Renamed{{"", "x"}}}) {
    try {
      const SampleKeys keys(renamed);
      ADD_FAILURE() << renamed.begin()->first << "=" << renamed.begin()->second;
    } catch (const Error& error) {
      EXPECT_TRUE(error.usage());
      EXPECT_EQ(std::string(error.what()).rfind("`keys`: ", 0), 0u) << error.what();
    }
  }
}

TEST(SampleKeysTest, ARenamedSampleReadsBack) {
  const SampleKeys keys(Renamed{{"image", "jpg"}, {"label", "cls"}, {"shape", "size"}});
  Sample sample;
  sample.class_name = "a";
  sample.layout = "HWC";
  sample.height = 2;
  sample.width = 3;
  sample.channels = 1;
  const struct {
    Store store;
    const char* format;
    const char* dtype;
    const char* layout;
    std::string content;
  } cases[] = {{Store::kCompressed, "JPEG", "uint8", "HWC", "bytes"},
               {Store::kRaw, "RAW", "uint8", "HWC", "123456"},
               {Store::kNormalized, "RAW", "float16", "CHW", "123456123456"}};
  for (const auto& [store, format, dtype, layout, content] : cases) {
    sample.store = store;
    sample.format = format;
    sample.dtype = dtype;
    sample.layout = layout;
    sample.content = content;
    const std::string payload = SerializeSample(sample, keys);
    const Example example = ParseExample(payload, {});
    EXPECT_EQ(std::get<std::vector<std::string>>(example.at("jpg")), std::vector<std::string>{content});
    EXPECT_EQ(std::get<std::vector<int64_t>>(example.at("cls")), std::vector<int64_t>{0});
    EXPECT_EQ(std::get<std::vector<int64_t>>(example.at("size")), (std::vector<int64_t>{2, 3, 1}));
    const Sample back = ParseSample(payload, 1, {}, keys);
    EXPECT_EQ(back.store, store);
    EXPECT_EQ(back.content, content);
    EXPECT_THROW(ParseSample(payload, 1, {}), Error);
  }
}

}  // namespace
}  // namespace dataset

#include "dataset/compile_options.h"

#include <gtest/gtest.h>

#include <functional>

#include "dataset/error.h"

namespace dataset {
namespace {

TEST(CompileOptionsTest, ValidateNamesTheField) {
  CompileOptions good;
  good.manifest = "manifest.csv";
  good.output = "out.ds";
  EXPECT_NO_THROW(Validate(good));
  const struct {
    const char* field;
    std::function<void(CompileOptions*)> change;
  } cases[] = {
      {"manifest", [](CompileOptions* o) { o->manifest.clear(); }},
      {"output", [](CompileOptions* o) { o->output.clear(); }},
      {"name", [](CompileOptions* o) { o->name = "a-b"; }},
      {"name", [](CompileOptions* o) { o->name = "../a"; }},
      {"resize", [](CompileOptions* o) { o->resize = 16385; }},
      {"channels", [](CompileOptions* o) { o->channels = 2; }},
      {"channels", [](CompileOptions* o) { o->channels = 4; }},
      {"quality", [](CompileOptions* o) { o->quality = 0; }},
      {"quality", [](CompileOptions* o) { o->quality = 101; }},
      {"scale", [](CompileOptions* o) { o->scale = "Unit"; }},
      {"dtype", [](CompileOptions* o) { o->dtype = "float64"; }},
      {"scale",
       [](CompileOptions* o) {
         o->store = Store::kNormalized;
         o->scale = "standard";
         o->channels = 0;
       }},
      {"shards", [](CompileOptions* o) { o->shards = 0; }},
      {"shards", [](CompileOptions* o) { o->shards = 100000; }},
      {"jobs", [](CompileOptions* o) { o->jobs = 0; }},
      {"jobs", [](CompileOptions* o) { o->jobs = -1; }},
      {"jobs", [](CompileOptions* o) { o->jobs = 1025; }},
  };
  for (const auto& [field, change] : cases) {
    CompileOptions bad = good;
    change(&bad);
    try {
      Validate(bad);
      ADD_FAILURE() << field;
    } catch (const Error& error) {
      EXPECT_TRUE(error.usage());
      EXPECT_EQ(std::string(error.what()).rfind(std::string(field) + ": ", 0), 0u) << error.what();
    }
  }
}

TEST(CompileOptionsTest, DefaultNamesAreWords) {
  const struct {
    const char* folder;
    const char* name;
  } cases[] = {
      {"/a/flowers", "flowers"},     {"/a/flowers/", "flowers"}, {"/a/flowers/.", "flowers"}, {"/a/b/../c", "c"},
      {"/my photos", "my_photos"},   {"/2024", "dataset_2024"},  {"/_x", "dataset__x"},       {"/a/b.ds", "b_ds"},
      {"/\xc3\xa4h", "dataset___h"}, {"/", "dataset"},
  };
  for (const auto& [folder, name] : cases) EXPECT_EQ(DefaultDatasetName(folder), name) << folder;
}

}  // namespace
}  // namespace dataset

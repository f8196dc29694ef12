#include "dataset/compile/compile_options.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "dataset/base/error.h"
#include "dataset/sample/store.h"

namespace dataset {
namespace {

void Standard(CompileOptions* options) {
  options->store = Store::kNormalized;
  options->scale = "standard";
}

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
      {"resize", [](CompileOptions* o) { o->box_fit.width = o->box_fit.height = 16385; }},
      {"resize", [](CompileOptions* o) { o->box_fit.width = 5; }},
      {"fit", [](CompileOptions* o) { o->box_fit.width = 5, o->box_fit.height = 6; }},
      {"fit", [](CompileOptions* o) { o->box_fit.fit = Fit::kCover; }},
      {"encode", [](CompileOptions* o) { o->encode = Encode::kPng, o->store = Store::kRaw; }},
      {"transcode", [](CompileOptions* o) { o->transcode = Transcode::kBaseline, o->store = Store::kRaw; }},
      {"mean and std", [](CompileOptions* o) { o->mean.source = Moments::Source::kAuto; }},
      {"mean",
       [](CompileOptions* o) {
         Standard(o);
         o->mean = {Moments::Source::kValues, {0.5}};
       }},
      {"mean",
       [](CompileOptions* o) {
         Standard(o);
         o->mean = {Moments::Source::kValues, {0.5, 0.5, std::nan("")}};
       }},
      {"std",
       [](CompileOptions* o) {
         Standard(o);
         o->stddev = {Moments::Source::kValues, {0.5, 0, 0.5}};
       }},
      {"shard-size", [](CompileOptions* o) { o->shard_size = 0; }},
      {"shard-size", [](CompileOptions* o) { o->shard_size = 9, o->shards = 9; }},
      {"tfds", [](CompileOptions* o) { o->profile = Profile::kTfds, o->store = Store::kRaw; }},
      {"tfds",
       [](CompileOptions* o) {
         o->profile = Profile::kTfds, o->keys = {{"image", "x"}};
       }},
      {"keys",
       [](CompileOptions* o) {
         o->keys = {{"picture", "x"}};
       }},
      {"worker",
       [](CompileOptions* o) {
         o->worker = {4, 4};
       }},
      {"worker",
       [](CompileOptions* o) {
         o->worker = {0, 0};
       }},
      {"overwrite", [](CompileOptions* o) { o->work = CompileWork::kShare, o->existing = ExistingOutput::kOverwrite; }},
      {"mean and std",
       [](CompileOptions* o) {
         Standard(o);
         o->mean.source = Moments::Source::kAuto;
         o->work = CompileWork::kShare;
       }},
      {"stats", [](CompileOptions* o) { o->statistics = {"x"}; }},
      {"stats-only", [](CompileOptions* o) { o->work = CompileWork::kStatistics; }},
      {"channels", [](CompileOptions* o) { o->channels = 2; }},
      {"channels", [](CompileOptions* o) { o->channels = 4; }},
      {"quality", [](CompileOptions* o) { o->quality = 0; }},
      {"quality", [](CompileOptions* o) { o->quality = 101; }},
      {"scale", [](CompileOptions* o) { o->scale = ScaleMode::kByte; }},
      {"scale",
       [](CompileOptions* o) {
         o->store = Store::kNormalized;
         o->scale = ScaleMode::kStandard;
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

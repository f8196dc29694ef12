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
  options->scale = ScaleMode::kStandard;
}

TEST(CompileOptionsTest, ValidateNamesTheField) {
  CompileOptions good;
  good.manifest = "manifest.csv";
  good.output = "out.ds";
  EXPECT_NO_THROW(Validate(good));
  const struct {
    const char* message;
    std::function<void(CompileOptions*)> change;
  } cases[] = {
      {"`manifest` is missing", [](CompileOptions* o) { o->manifest.clear(); }},
      {"`output` is missing", [](CompileOptions* o) { o->output.clear(); }},
      {"`name` must be a letter, then letters, digits and _", [](CompileOptions* o) { o->name = "a-b"; }},
      {"`name` must be a letter, then letters, digits and _", [](CompileOptions* o) { o->name = "../a"; }},
      {"`resize` must be at most 16384", [](CompileOptions* o) { o->box_fit.width = o->box_fit.height = 16385; }},
      {"`resize` WxH must have both sides above 0", [](CompileOptions* o) { o->box_fit.width = 5; }},
      {"`fit` short takes one number, the short side; cover, contain and stretch take a box",
       [](CompileOptions* o) { o->box_fit.width = 5, o->box_fit.height = 6; }},
      {"`fit` cover, contain and stretch need `resize`", [](CompileOptions* o) { o->box_fit.fit = Fit::kCover; }},
      {"`depth` must be 8 to 16 bits",
       [](CompileOptions* o) { o->depth = {.kind = DepthChoice::Kind::kBits, .bits = 7}; }},
      {"`depth` must be 8 to 16 bits",
       [](CompileOptions* o) { o->depth = {.kind = DepthChoice::Kind::kBits, .bits = 17}; }},
      {"`depth` LOW,HIGH must be two numbers, the first below the second, such as 0,4095",
       [](CompileOptions* o) { o->depth = {.kind = DepthChoice::Kind::kRange, .low = 1, .high = 1}; }},
      {"`depth` LOW,HIGH must be two numbers, the first below the second, such as 0,4095",
       [](CompileOptions* o) { o->depth = {.kind = DepthChoice::Kind::kRange, .low = 0, .high = std::nan("")}; }},
      {"`depth` LOW,HIGH must be two numbers, the first below the second, such as 0,4095",
       [](CompileOptions* o) { o->depth = {.kind = DepthChoice::Kind::kRange, .low = 0, .high = 1e39}; }},
      {"`encode` is for `store` compressed",
       [](CompileOptions* o) { o->encode = Encode::kPng, o->store = Store::kRaw; }},
      {"`transcode` is for `store` compressed",
       [](CompileOptions* o) { o->transcode = Transcode::kBaseline, o->store = Store::kRaw; }},
      {"`mean` and `stddev` are for `store` normalized with `scale` standard",
       [](CompileOptions* o) { o->mean.source = Moments::Source::kAuto; }},
      {"`mean` must be auto, imagenet or one number a channel, such as 0.5,0.5,0.5",
       [](CompileOptions* o) {
         Standard(o);
         o->mean = {Moments::Source::kValues, {0.5}};
       }},
      {"`mean` must be auto, imagenet or one number a channel, such as 0.5,0.5,0.5",
       [](CompileOptions* o) {
         Standard(o);
         o->mean = {Moments::Source::kValues, {0.5, 0.5, std::nan("")}};
       }},
      {"`stddev` must be above 0",
       [](CompileOptions* o) {
         Standard(o);
         o->stddev = {Moments::Source::kValues, {0.5, 0, 0.5}};
       }},
      {"`shard_size` must be at least 1 byte", [](CompileOptions* o) { o->shard_size = 0; }},
      {"`shards` and `shard_size` exclude each other", [](CompileOptions* o) { o->shard_size = 9, o->shards = 9; }},
      {"`tfds` needs `store` compressed",
       [](CompileOptions* o) { o->profile = Profile::kTfds, o->store = Store::kRaw; }},
      {"`tfds` has its own keys; leave out `keys`",
       [](CompileOptions* o) {
         o->profile = Profile::kTfds, o->keys = {{"image", "x"}};
       }},
      {"`keys`: no feature is named 'picture'; there are image, label, text, filename, source_id, format, dtype, "
       "layout, "
       "height, width, channels, shape",
       [](CompileOptions* o) {
         o->keys = {{"picture", "x"}};
       }},
      {"`worker` must be I/N with 1 <= I <= N <= 99999",
       [](CompileOptions* o) {
         o->worker = {4, 4};
       }},
      {"`worker` must be I/N with 1 <= I <= N <= 99999",
       [](CompileOptions* o) {
         o->worker = {0, 0};
       }},
      {"`overwrite` is for `finish`; a worker replaces nothing",
       [](CompileOptions* o) { o->work = CompileWork::kShare, o->existing = ExistingOutput::kOverwrite; }},
      {"a worker needs `statistics` for `mean` or `stddev` auto; `stats_only` computes them",
       [](CompileOptions* o) {
         Standard(o);
         o->mean.source = Moments::Source::kAuto;
         o->work = CompileWork::kShare;
       }},
      {"`statistics` are for `mean` or `stddev` auto", [](CompileOptions* o) { o->statistics = {"x"}; }},
      {"`stats_only` is for `mean` or `stddev` auto", [](CompileOptions* o) { o->work = CompileWork::kStatistics; }},
      {"`channels` must be 0, 1 or 3", [](CompileOptions* o) { o->channels = 2; }},
      {"`channels` must be 0, 1 or 3", [](CompileOptions* o) { o->channels = 4; }},
      {"`quality` must be 1 to 100", [](CompileOptions* o) { o->quality = 0; }},
      {"`quality` must be 1 to 100", [](CompileOptions* o) { o->quality = 101; }},
      {"`scale` must be unit, signed or standard", [](CompileOptions* o) { o->scale = ScaleMode::kByte; }},
      {"`scale` standard needs `channels` 1 or 3",
       [](CompileOptions* o) {
         o->store = Store::kNormalized;
         o->scale = ScaleMode::kStandard;
         o->channels = 0;
       }},
      {"`shards` must be 1 to 99999", [](CompileOptions* o) { o->shards = 0; }},
      {"`shards` must be 1 to 99999", [](CompileOptions* o) { o->shards = 100000; }},
      {"`jobs` must be 1 to 1024", [](CompileOptions* o) { o->jobs = 0; }},
      {"`jobs` must be 1 to 1024", [](CompileOptions* o) { o->jobs = -1; }},
      {"`jobs` must be 1 to 1024", [](CompileOptions* o) { o->jobs = 1025; }},
  };
  for (const auto& [message, change] : cases) {
    CompileOptions bad = good;
    change(&bad);
    try {
      Validate(bad);
      ADD_FAILURE() << message;
    } catch (const Error& error) {
      EXPECT_TRUE(error.usage());
      EXPECT_STREQ(error.what(), message);
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

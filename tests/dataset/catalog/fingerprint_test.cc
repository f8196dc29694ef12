#include "dataset/catalog/fingerprint.h"

#include <gtest/gtest.h>

#include <functional>

#include "dataset/base/sha256.h"
#include "dataset/compile/deciding_options.h"
#include "dataset/io/sync.h"
#include "dataset/sample/store.h"

namespace dataset {
namespace {

TEST(FingerprintTest, IsTheSha256OfTheCanonicalText) {
  DatasetInfo info;
  info.manifest_sha256 = "ab12";
  info.classes = {"b", "a"};
  info.options = {{"store", "raw"}, {"seed", "1"}};
  EXPECT_EQ(Fingerprint(info),
            Sha256Hex("format_version=1\nmanifest_sha256=ab12\nclass=b\nclass=a\nseed=1\nstore=raw\n"));
}

TEST(FingerprintTest, OnlyWhatDecidesTheBytesCounts) {
  const auto options_of = [](const std::function<void(CompileOptions*)>& change) {
    CompileOptions options;
    options.name = "x";
    change(&options);
    return DecidingOptions(options);
  };
  const auto plain = options_of([](CompileOptions*) {});
  const std::function<void(CompileOptions*)> same[] = {
      [](CompileOptions* o) { o->jobs = 7; },
      [](CompileOptions* o) { o->output = "y"; },
      [](CompileOptions* o) { o->root = "y"; },
      [](CompileOptions* o) { o->sync = Sync::kNo; },
      [](CompileOptions* o) { o->existing = ExistingOutput::kOverwrite; },
      [](CompileOptions* o) { o->config_toml = "y"; },
      [](CompileOptions* o) { o->tool_version = "y"; },
      [](CompileOptions* o) { o->scale = ScaleMode::kSigned; },
      [](CompileOptions* o) { o->dtype = ValueType::kFloat16; },
      [](CompileOptions* o) { o->max_bad.count = 0; },
      [](CompileOptions* o) { o->work = CompileWork::kShare; },
      [](CompileOptions* o) {
        o->worker = {1, 2};
      },
      [](CompileOptions* o) { o->statistics = {"y"}; },
      [](CompileOptions* o) { o->box_fit.fit = Fit::kContain; },
  };
  for (const auto& change : same) EXPECT_EQ(options_of(change), plain);
  const std::function<void(CompileOptions*)> other[] = {
      [](CompileOptions* o) { o->name = "y"; },
      [](CompileOptions* o) { o->store = Store::kRaw; },
      [](CompileOptions* o) { o->box_fit.width = 1; },
      [](CompileOptions* o) { o->box_fit.fit = Fit::kCover, o->box_fit.width = 1; },
      [](CompileOptions* o) { o->channels = 1; },
      [](CompileOptions* o) { o->fold = 0; },
      [](CompileOptions* o) { o->encode = Encode::kPng; },
      [](CompileOptions* o) { o->transcode = Transcode::kBaseline; },
      [](CompileOptions* o) { o->shard_size = 1; },
      [](CompileOptions* o) { o->compression = RecordCompression::kGzip; },
      [](CompileOptions* o) {
        o->keys = {{"image", "x"}};
      },
      [](CompileOptions* o) { o->profile = Profile::kTfds; },
      [](CompileOptions* o) { o->quality = 1; },
      [](CompileOptions* o) { o->shards = 1; },
      [](CompileOptions* o) { o->seed = 1; },
      [](CompileOptions* o) { o->check = SourceCheck::kFull; },
  };
  for (const auto& change : other) EXPECT_NE(options_of(change), plain);
}

TEST(FingerprintTest, ScaleAndBoxAreSpeltOut) {
  CompileOptions options;
  options.store = Store::kNormalized;
  options.scale = ScaleMode::kStandard;
  options.mean = {Moments::Source::kValues, {0.5, 0.25, 0.125}};
  options.stddev.source = Moments::Source::kAuto;
  options.box_fit = {
      .width = 8, .height = 6, .fit = Fit::kContain, .interpolation = Interpolation::kArea, .pad = {1, 2, 3}};
  const auto deciding = DecidingOptions(options);
  EXPECT_EQ(deciding.at("mean"), "0.5,0.25,0.125");
  EXPECT_EQ(deciding.at("std"), "auto");
  EXPECT_EQ(deciding.at("resize"), "8x6");
  EXPECT_EQ(deciding.at("fit"), "contain");
  EXPECT_EQ(deciding.at("interpolation"), "area");
  EXPECT_EQ(deciding.at("pad-colour"), "1,2,3");
}

}  // namespace
}  // namespace dataset

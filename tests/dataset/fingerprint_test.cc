#include "dataset/fingerprint.h"

#include <gtest/gtest.h>

#include <functional>

#include "dataset/sha256.h"

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
      [](CompileOptions* o) { o->existing = Existing::kOverwrite; },
      [](CompileOptions* o) { o->config_toml = "y"; },
      [](CompileOptions* o) { o->tool_version = "y"; },
      [](CompileOptions* o) { o->scale = "signed"; },
      [](CompileOptions* o) { o->dtype = "float16"; },
  };
  for (const auto& change : same) EXPECT_EQ(options_of(change), plain);
  const std::function<void(CompileOptions*)> other[] = {
      [](CompileOptions* o) { o->name = "y"; },  [](CompileOptions* o) { o->store = Store::kRaw; },
      [](CompileOptions* o) { o->resize = 1; },  [](CompileOptions* o) { o->channels = 1; },
      [](CompileOptions* o) { o->quality = 1; }, [](CompileOptions* o) { o->shards = 1; },
      [](CompileOptions* o) { o->seed = 1; },    [](CompileOptions* o) { o->check = Check::kFull; },
  };
  for (const auto& change : other) EXPECT_NE(options_of(change), plain);
}

}  // namespace
}  // namespace dataset

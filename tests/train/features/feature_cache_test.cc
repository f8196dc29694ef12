#include "train/features/feature_cache.h"

#include <gtest/gtest.h>

namespace train {
namespace {

BatchFeatures Features(float value) { return {torch::full({2, 3}, value), {1, 0}, {7, 8}}; }

// Of so many bytes, none of which is touched.
BatchFeatures Large(size_t bytes) { return {torch::empty({static_cast<int64_t>(bytes)}, torch::kUInt8), {}, {}}; }

TEST(FeatureCacheTest, KeepsTheBatchesInTheirOrder) {
  FeatureCache cache;
  cache.Reset(true);
  cache.Add(Features(1));
  EXPECT_FALSE(cache.complete());
  cache.Add(Features(2));
  cache.Complete();
  ASSERT_TRUE(cache.complete());
  ASSERT_EQ(cache.batches().size(), 2u);
  EXPECT_EQ(cache.batches()[0].values[0][0].item<float>(), 1);
  EXPECT_EQ(cache.batches()[1].values[0][0].item<float>(), 2);
  EXPECT_EQ(cache.batches()[1].labels, (std::vector<int64_t>{1, 0}));
  EXPECT_EQ(cache.batches()[1].ids, (std::vector<uint32_t>{7, 8}));
}

TEST(FeatureCacheTest, KeepsNothingUnlessAsked) {
  FeatureCache cache;
  cache.Add(Features(1));
  cache.Complete();
  EXPECT_FALSE(cache.complete());
  EXPECT_TRUE(cache.batches().empty());
  cache.Reset(true);
  cache.Add(Features(1));
  cache.Complete();
  cache.Reset(false);
  EXPECT_FALSE(cache.complete());
  EXPECT_TRUE(cache.batches().empty());
}

TEST(FeatureCacheTest, AStreamThatWasLeftBeginsAnew) {
  FeatureCache cache;
  cache.Reset(true);
  cache.Add(Features(1));
  cache.Restart();
  cache.Add(Features(2));
  cache.Complete();
  ASSERT_TRUE(cache.complete());
  ASSERT_EQ(cache.batches().size(), 1u);
  EXPECT_EQ(cache.batches()[0].values[0][0].item<float>(), 2);
}

TEST(FeatureCacheTest, KeepsAllOrNone) {
  FeatureCache cache;
  cache.Reset(true);
  cache.Add(Large(FeatureCache::kMaxBytes / 2));
  cache.Add(Large(FeatureCache::kMaxBytes / 2));
  cache.Complete();
  EXPECT_TRUE(cache.complete());
  cache.Restart();
  cache.Add(Large(FeatureCache::kMaxBytes));
  cache.Add(Large(1));
  EXPECT_TRUE(cache.batches().empty());
  cache.Add(Large(1));
  cache.Complete();
  EXPECT_FALSE(cache.complete());
  EXPECT_TRUE(cache.batches().empty());
}

}  // namespace
}  // namespace train

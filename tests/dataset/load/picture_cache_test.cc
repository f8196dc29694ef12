#include "dataset/load/picture_cache.h"

#include <gtest/gtest.h>

namespace dataset {
namespace {

TEST(PictureCache, OneThreadDecodesAPicture) {
  LoaderCounters counters;
  {
    PictureCache cache(3, 60, counters);
    const uint64_t table = counters.Read().bytes_held;
    EXPECT_EQ(table, 3 * PictureCache::kSampleBytes);
    EXPECT_EQ(cache.Find(1), nullptr);
    Image* picture = cache.Claim(1);
    ASSERT_NE(picture, nullptr);
    EXPECT_EQ(cache.Claim(1), nullptr);
    EXPECT_EQ(cache.Find(1), nullptr);
    picture->Reset(4, 5, 3);
    EXPECT_TRUE(cache.Publish(1));
    EXPECT_EQ(cache.Find(1), picture);
    EXPECT_EQ(cache.Claim(1), nullptr);
    EXPECT_EQ(counters.Read().bytes_held, table + 60);
    cache.Claim(2)->Reset(1, 1, 1);
    EXPECT_FALSE(cache.Publish(2));
    cache.Abandon(2);
    EXPECT_EQ(cache.Find(2), nullptr);
    EXPECT_EQ(counters.Read().bytes_held, table + 60);
  }
  EXPECT_EQ(counters.Read().bytes_held, 0u);
}

TEST(PictureCache, AbandonedPictureMayBeClaimedAgain) {
  LoaderCounters counters;
  PictureCache cache(1, 1000, counters);
  cache.Claim(0)->Reset(100, 100, 3);
  cache.Abandon(0);
  EXPECT_EQ(cache.Find(0), nullptr);
  Image* picture = cache.Claim(0);
  ASSERT_NE(picture, nullptr);
  EXPECT_EQ(picture->bytes(), 0u);
}

}  // namespace
}  // namespace dataset

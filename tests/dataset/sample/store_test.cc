#include "dataset/sample/store.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace dataset {
namespace {

TEST(StoreTest, EachStoreHasItsRow) {
  ASSERT_EQ(StoreRows().size(), Names<Store>().size());
  std::set<std::string_view> keys;
  for (const std::string& name : Names<Store>()) {
    const Store store = *ParseName<Store>(name);
    const StoreRow& row = RowOf(store);
    EXPECT_EQ(row.store, store) << name;
    EXPECT_TRUE(keys.insert(row.image_key).second) << name;
    EXPECT_FALSE(row.formats.empty() || row.dtypes.empty() || row.layouts.empty()) << name;
  }
}

}  // namespace
}  // namespace dataset

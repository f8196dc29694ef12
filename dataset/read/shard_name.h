#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/catalog/split.h"

namespace dataset {

// The parts of a file name "{before}NUMBER-of-COUNT{after}". `before` is the whole name if it has no such number.
struct ShardName {
  std::string before = {};
  std::string after = {};
  size_t digits = 0;  // digits of NUMBER as written; 0: the name has no number
  uint32_t number = 0;
  uint32_t count = 0;
};
ShardName ParseShardName(const std::string& name);

// Whether people name TFRecord files so.
bool IsShardName(const ShardName& name);

// Returns a pattern of glob(7) that such names match: "*-of-*" or "*.tfrecord".
std::string PatternOf(const ShardName& name);

// Returns the splits that the words of the name tell: none, one, or several if the name is not clear. A word is a run
// of letters that ParseSplit takes. Of several splits the last word's counts if it stands right before
// .tfrecord-NUMBER, or if the first word tells no split: "my_test_train".
std::vector<Split> SplitsOf(const ShardName& name);

// Returns the split that people mean by a folder of TFRecord files, such as "val", "train2017" or "test_tfrecords".
std::optional<Split> SplitOfFolder(std::string_view name);

}  // namespace dataset

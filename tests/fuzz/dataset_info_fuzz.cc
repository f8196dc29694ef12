// dataset.json and split.json.
#include <string>

#include "dataset/catalog/dataset_info.h"
#include "dataset/catalog/split_info.h"
#include "tests/fuzz/fuzz.h"

using namespace dataset;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view json = fuzz::Bytes(data, size);
  fuzz::Accepts([&] {
    const std::string written = FormatDatasetInfo(ParseDatasetInfo(json, ""));
    fuzz::Check(FormatDatasetInfo(ParseDatasetInfo(written, "")) == written);
  });
  fuzz::Accepts([&] {
    const std::string written = FormatSplitInfo(ParseSplitInfo(json, ""));
    fuzz::Check(FormatSplitInfo(ParseSplitInfo(written, "")) == written);
  });
  return 0;
}

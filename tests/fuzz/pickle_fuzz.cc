// Pickles alone, and as the data.pkl of a .pth file.
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/tensors.h"
#include "tests/train/weights/fixtures.h"
#include "train/weights/pickle.h"
#include "train/weights/pth.h"

using namespace dataset;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = fuzz::Bytes(data, size);
  if (!fuzz::Accepts([&] { train::Pickle(bytes, ""); })) return 0;
  const fuzz::MemoryFile file(train::testing::MakeZip({{"archive/data.pkl", std::string(bytes)},
                                                       {"archive/data/0", std::string(64, 'x')},
                                                       {"archive/data/1", std::string(24, 'y')}}));
  fuzz::Accepts([&] { fuzz::TouchTensors(*train::OpenPth(dataset::MappedFile(file.path()))); });
  return 0;
}

#include "tests/fuzz/fuzz.h"
#include "train/weights/h5_index.h"
#include "train/weights/keras_names.h"

using namespace dataset;

// What a libhdf5 that was taken over may say. libhdf5 itself is not ours to mend, and is why there is another process.
int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string file(64, 'x');
  fuzz::Accepts([&] {
    std::vector<train::KerasWeight> weights;
    for (const train::H5Tensor& tensor : train::ReadH5Index(fuzz::Bytes(data, size), file, "x.h5")) {
      fuzz::Check(train::TensorBytes(tensor.shape, tensor.dtype) == tensor.bytes.size());
      for (const char byte : tensor.bytes) [[maybe_unused]] volatile const char touched = byte;
      weights.push_back({tensor.layer, tensor.weight});
    }
    fuzz::Check(train::KerasTensorNames(weights).size() == weights.size());
  });
  return 0;
}

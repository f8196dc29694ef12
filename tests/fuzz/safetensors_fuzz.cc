#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/tensors.h"
#include "train/weights/safetensors.h"

using namespace dataset;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const fuzz::MemoryFile file(fuzz::Bytes(data, size));
  fuzz::Accepts([&] { fuzz::TouchTensors(*train::OpenSafetensors(dataset::MappedFile(file.path()))); });
  return 0;
}

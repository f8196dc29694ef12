// Mends the checksums that a mutation breaks, so that most inputs get beyond them.
#include <algorithm>

#include "dataset/base/crc32c.h"
#include "dataset/base/little_endian.h"
#include "dataset/record/record_format.h"
#include "tests/fuzz/fuzz.h"

using namespace dataset;

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned seed) {
  size = LLVMFuzzerMutate(data, size, max_size);
  if (seed % 4 == 0) return size;
  char* at = reinterpret_cast<char*>(data);
  uint64_t left = size;
  const auto store_crc = [](char* bytes, uint64_t count) {
    StoreLittleEndian(MaskCrc(Crc32c({bytes, count})), bytes + count);
  };
  while (left >= kRecordHeaderBytes) {
    store_crc(at, sizeof(uint64_t));
    const uint64_t length = LoadLittleEndian<uint64_t>(at);
    if (length > left || left - length < kRecordOverheadBytes) break;
    store_crc(at + kRecordHeaderBytes, length);
    at += kRecordOverheadBytes + length;
    left -= kRecordOverheadBytes + length;
  }
  return size;
}

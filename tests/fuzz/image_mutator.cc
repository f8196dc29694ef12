// Mends the checksums of PNG chunks that a mutation breaks, so that most inputs get beyond them.
#include <zlib.h>

#include "tests/fuzz/fuzz.h"

using namespace dataset;

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned seed) {
  size = LLVMFuzzerMutate(data, size, max_size);
  constexpr size_t kSignatureBytes = 8, kLengthBytes = 4, kTypeBytes = 4, kCrcBytes = 4;
  if (seed % 4 == 0 || !fuzz::Bytes(data, size).starts_with("\x89PNG")) return size;
  for (size_t at = kSignatureBytes; at < size && size - at >= kLengthBytes + kTypeBytes + kCrcBytes;) {
    size_t length = 0;
    for (size_t i = 0; i < kLengthBytes; ++i) length = length << 8 | data[at + i];
    if (length > size - at - kLengthBytes - kTypeBytes - kCrcBytes) break;
    const auto crc = crc32(0, data + at + kLengthBytes, static_cast<uInt>(kTypeBytes + length));
    at += kLengthBytes + kTypeBytes + length;
    for (int shift = 24; shift >= 0; shift -= 8) data[at++] = static_cast<uint8_t>(crc >> shift);
  }
  return size;
}

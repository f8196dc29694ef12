#pragma once

#include <bit>
#include <cstring>

namespace dataset {

// All persisted numbers are little-endian (proto/FORMAT.md), as are all machines that this code is built for. The bytes
// need not be aligned.
static_assert(std::endian::native == std::endian::little);

template <typename T>
T LoadLittleEndian(const char* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof(T));
  return value;
}

template <typename T>
void StoreLittleEndian(T value, char* bytes) {
  std::memcpy(bytes, &value, sizeof(T));
}

}  // namespace dataset

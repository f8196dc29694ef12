#include "dataset/wire_format.h"

#include <bit>
#include <cassert>

namespace dataset {

bool TakeVarint(std::string_view* bytes, uint64_t* value) {
  uint64_t result = 0;
  for (size_t i = 0; i < bytes->size() && i < 10; ++i) {
    const uint64_t byte = static_cast<uint8_t>((*bytes)[i]);
    if (i == 9 && byte > 1) return false;
    result |= (byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      *value = result;
      bytes->remove_prefix(i + 1);
      return true;
    }
  }
  return false;
}

bool WireReader::Next() {
  if (!good_ || rest_.empty()) return false;
  good_ = Read();
  return good_;
}

bool WireReader::Read() {
  uint64_t tag;
  if (!TakeVarint(&rest_, &tag) || tag > UINT32_MAX || tag >> 3 == 0) return false;
  field_ = static_cast<uint32_t>(tag >> 3);
  const auto skip = [&](uint64_t size) {
    if (size > rest_.size()) return false;
    bytes_ = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  };
  type_ = static_cast<WireType>(tag & 7);
  switch (type_) {
    case WireType::kVarint:
      return TakeVarint(&rest_, &integer_);
    case WireType::kFixed64:
      return skip(8);
    case WireType::kBytes: {
      uint64_t size;
      return TakeVarint(&rest_, &size) && skip(size);
    }
    case WireType::kFixed32:
      return skip(4);
  }
  return false;  // groups, which no Example has
}

uint64_t VarintSize(uint64_t value) { return (static_cast<uint64_t>(std::bit_width(value | 1)) + 6) / 7; }

void AppendVarint(uint64_t value, std::string* out) {
  for (; value >= 0x80; value >>= 7) *out += static_cast<char>(value | 0x80);
  *out += static_cast<char>(value);
}

uint64_t BytesFieldSize(uint64_t size) { return 1 + VarintSize(size) + size; }

void AppendBytesHeader(uint32_t field, uint64_t size, std::string* out) {
  assert(field < 16);
  *out += static_cast<char>(field << 3 | static_cast<uint32_t>(WireType::kBytes));
  AppendVarint(size, out);
}

}  // namespace dataset

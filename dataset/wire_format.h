#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dataset {

// The little of protobuf's wire format that records need, so that a record's content is neither copied to be written
// nor to be read (https://protobuf.dev/programming-guides/encoding).
enum class WireType { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

// Walks the fields of one message. Untrusted: stops at bytes that are no field.
class WireReader {
 public:
  explicit WireReader(std::string_view message) : rest_(message) {}

  // Goes to the next field; false at the end and at damage.
  bool Next();
  // After Next() was false: whether all bytes were fields.
  bool good() const { return good_; }

  uint32_t field() const { return field_; }
  WireType type() const { return type_; }
  uint64_t integer() const { return integer_; }      // kVarint only
  std::string_view bytes() const { return bytes_; }  // kBytes only; points into the message

 private:
  bool Read();

  std::string_view rest_;
  bool good_ = true;
  uint32_t field_ = 0;
  WireType type_ = WireType::kVarint;
  uint64_t integer_ = 0;
  std::string_view bytes_;
};

// Takes a varint of at most 64 bits off the front; false if there is none.
bool TakeVarint(std::string_view* bytes, uint64_t* value);

uint64_t VarintSize(uint64_t value);
void AppendVarint(uint64_t value, std::string* out);
// A field of kBytes: its size with tag and length, and its tag and length alone. field < 16.
uint64_t BytesFieldSize(uint64_t size);
void AppendBytesHeader(uint32_t field, uint64_t size, std::string* out);

}  // namespace dataset

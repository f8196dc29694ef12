#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

#include "dataset/base/error.h"
#include "dataset/base/little_endian.h"

// The wire format of protocol buffers, as far as an Example needs it. Internal to example.cc, example_reader.cc and,
// for TensorProto, known_bytes.cc.
namespace dataset {

// The wire types that are read. (The number of a field in a Feature message is the index of its kind in BasicFeature.)
enum WireType : uint32_t { kVarint = 0, kFixed64 = 1, kLength = 2, kFixed32 = 5 };

struct Field {
  uint32_t number = 0;
  uint32_t type = kVarint;
  uint64_t varint = 0;     // set for kVarint
  std::string_view bytes;  // set for the other types
};

// Reads the fields of one message in order. Every function throws Error at `place` for bytes that are not such a
// message. The bytes and the place must outlive the reader.
class FieldReader {
 public:
  FieldReader(std::string_view bytes, const Place& place) : bytes_(bytes), place_(place) {}

  bool Next(Field* field) {
    if (bytes_.empty()) return false;
    const uint64_t tag = Varint();
    if (tag > std::numeric_limits<uint32_t>::max() || tag >> 3 == 0) Fail("a field's number is out of range");
    field->number = static_cast<uint32_t>(tag >> 3);
    field->type = tag & 7;
    switch (field->type) {
      case kVarint:
        field->varint = Varint();
        break;
      case kFixed64:
        field->bytes = Take(8);
        break;
      case kLength:
        field->bytes = Take(Varint());
        break;
      case kFixed32:
        field->bytes = Take(4);
        break;
      default:
        Fail("a field has wire type " + std::to_string(field->type));
    }
    return true;
  }

  bool done() const { return bytes_.empty(); }
  std::string_view rest() const { return bytes_; }

  // Returns the bytes of a field. Throws Error if its type is not kLength.
  std::string_view Content(const Field& field) const {
    if (field.type != kLength) Fail("field " + std::to_string(field.number) + " has another type");
    return field.bytes;
  }

  uint64_t Varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(Take(1)[0]);
      if (shift == 63 && byte > 1) break;
      value |= uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return value;
    }
    Fail("a number has more than 64 bits");
  }

  std::string_view Take(uint64_t size) {
    if (size > bytes_.size()) Fail("a field goes beyond the end");
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }

  [[noreturn]] void Fail(const std::string& cause) const { throw Error(place_, "not an Example: " + cause); }

 private:
  std::string_view bytes_;
  const Place& place_;
};

// Calls visit(reader, field) for each field of a message.
template <typename Visit>
void ForEachField(std::string_view bytes, const Place& place, const Visit& visit) {
  FieldReader reader(bytes, place);
  Field field;
  while (reader.Next(&field)) visit(reader, field);
}

// Calls add(value) for each value of a list of T: float, int64_t, or std::string_view for byte strings.
template <typename T, typename Add>
void ForEachValue(std::string_view list, const Place& place, const Add& add) {
  ForEachField(list, place, [&](const FieldReader& reader, const Field& field) {
    if (field.number != 1) return;
    if constexpr (std::is_same_v<T, float>) {
      const std::string_view packed = field.type == kFixed32 ? field.bytes : reader.Content(field);
      if (packed.size() % sizeof(float) != 0) reader.Fail("a packed list of floats ends within a float");
      for (size_t i = 0; i < packed.size(); i += sizeof(float)) add(LoadLittleEndian<float>(packed.data() + i));
    } else if constexpr (std::is_same_v<T, int64_t>) {
      if (field.type == kVarint) {
        add(static_cast<int64_t>(field.varint));
        return;
      }
      FieldReader packed(reader.Content(field), place);
      while (!packed.done()) add(static_cast<int64_t>(packed.Varint()));
    } else {
      add(reader.Content(field));
    }
  });
}

// Calls visit(field number, bytes) for each list in the Feature of a map entry, in order. A caller must do as protocol
// buffers do: a list of another kind replaces the one before it, and a list of the same kind continues it.
template <typename Visit>
void ForEachList(std::string_view entry, const Place& place, const Visit& visit) {
  ForEachField(entry, place, [&](const FieldReader& reader, const Field& part) {
    if (part.number != 2) return;
    ForEachField(reader.Content(part), place, [&](const FieldReader& feature_reader, const Field& list) {
      if (list.number >= 1 && list.number <= 3) visit(list.number, feature_reader.Content(list));
    });
  });
}

}  // namespace dataset

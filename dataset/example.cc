#include "dataset/example.h"

#include <limits>
#include <type_traits>
#include <utility>

#include "dataset/little_endian.h"
#include "dataset/utf8.h"

namespace dataset {
namespace {

// Protocol buffers' wire format, as far as an Example needs it. In a Feature, the field's number is the variant's
// index.
enum WireType : uint32_t { kVarint = 0, kFixed64 = 1, kLength = 2, kFixed32 = 5 };

size_t VarintBytes(uint64_t value) {
  size_t bytes = 1;
  while (value >>= 7) ++bytes;
  return bytes;
}

// Of a kLength field whose number is below 16.
size_t FieldBytes(size_t length) { return 1 + VarintBytes(length) + length; }

size_t PackedBytes(const std::vector<int64_t>& list) {
  size_t bytes = 0;
  for (const int64_t value : list) bytes += VarintBytes(static_cast<uint64_t>(value));
  return bytes;
}

size_t ListBytes(const std::vector<float>& list) { return list.empty() ? 0 : FieldBytes(sizeof(float) * list.size()); }

size_t ListBytes(const std::vector<int64_t>& list) { return list.empty() ? 0 : FieldBytes(PackedBytes(list)); }

template <typename Bytes>
size_t ListBytes(const std::vector<Bytes>& list) {
  size_t bytes = 0;
  for (const Bytes& value : list) bytes += FieldBytes(value.size());
  return bytes;
}

size_t ListBytes(std::monostate) { return 0; }

template <typename Bytes>
size_t FeatureBytes(const BasicFeature<Bytes>& feature) {
  if (feature.index() == 0) return 0;
  return FieldBytes(std::visit([](const auto& list) { return ListBytes(list); }, feature));
}

void AppendVarint(uint64_t value, std::string* out) {
  for (; value >= 0x80; value >>= 7) *out += static_cast<char>(value | 0x80);
  *out += static_cast<char>(value);
}

void AppendLength(uint32_t number, size_t length, std::string* out) {
  AppendVarint(number << 3 | kLength, out);
  AppendVarint(length, out);
}

void AppendList(const std::vector<float>& list, std::string* out) {
  if (list.empty()) return;
  AppendLength(1, sizeof(float) * list.size(), out);
  for (const float value : list) {
    char bytes[sizeof(float)];
    StoreLittleEndian(value, bytes);
    out->append(bytes, sizeof(bytes));
  }
}

void AppendList(const std::vector<int64_t>& list, std::string* out) {
  if (list.empty()) return;
  AppendLength(1, PackedBytes(list), out);
  for (const int64_t value : list) AppendVarint(static_cast<uint64_t>(value), out);
}

template <typename Bytes>
void AppendList(const std::vector<Bytes>& list, std::string* out) {
  for (const Bytes& value : list) {
    AppendLength(1, value.size(), out);
    out->append(value);
  }
}

void AppendList(std::monostate, std::string*) {}

// Sizes first, so that a picture is copied once, not once per level of nesting.
template <typename Map>
std::string Serialize(const Map& example) {
  const auto entry_bytes = [](const auto& entry) {
    return FieldBytes(entry.first.size()) + FieldBytes(FeatureBytes(entry.second));
  };
  size_t bytes = 0;
  for (const auto& entry : example) bytes += FieldBytes(entry_bytes(entry));

  std::string out;
  out.reserve(FieldBytes(bytes));
  AppendLength(1, bytes, &out);
  for (const auto& entry : example) {
    const auto& [key, feature] = entry;
    AppendLength(1, entry_bytes(entry), &out);
    AppendLength(1, key.size(), &out);
    out.append(key);
    AppendLength(2, FeatureBytes(feature), &out);
    if (feature.index() == 0) continue;
    std::visit(
        [&, &feature = feature](const auto& list) {
          AppendLength(static_cast<uint32_t>(feature.index()), ListBytes(list), &out);
          AppendList(list, &out);
        },
        feature);
  }
  return out;
}

struct Field {
  uint32_t number = 0;
  uint32_t type = kVarint;
  uint64_t varint = 0;     // kVarint
  std::string_view bytes;  // the other types
};

// The fields of one message, in order.
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

template <typename Bytes>
class ExampleParser {
 public:
  explicit ExampleParser(const Place& place) : place_(place) {}

  template <typename Map>
  void MergeExample(std::string_view bytes, Map* example) const {
    ForEachField(bytes, [&](const FieldReader& reader, const Field& field) {
      if (field.number == 1) MergeFeatures(Content(reader, field), example);
    });
  }

 private:
  template <typename Visit>
  void ForEachField(std::string_view bytes, const Visit& visit) const {
    FieldReader reader(bytes, place_);
    Field field;
    while (reader.Next(&field)) visit(reader, field);
  }

  static std::string_view Content(const FieldReader& reader, const Field& field) {
    if (field.type != kLength) reader.Fail("field " + std::to_string(field.number) + " has another type");
    return field.bytes;
  }

  template <typename Map>
  void MergeFeatures(std::string_view bytes, Map* example) const {
    ForEachField(bytes, [&](const FieldReader& reader, const Field& field) {
      if (field.number != 1) return;
      std::string_view key;
      BasicFeature<Bytes> feature;
      ForEachField(Content(reader, field), [&](const FieldReader& entry_reader, const Field& part) {
        if (part.number == 1) {
          key = Content(entry_reader, part);
          if (!IsUtf8(key)) entry_reader.Fail("a key is not UTF-8");
        }
        if (part.number == 2) MergeFeature(Content(entry_reader, part), &feature);
      });
      example->insert_or_assign(typename Map::key_type(key), std::move(feature));
    });
  }

  void MergeFeature(std::string_view bytes, BasicFeature<Bytes>* feature) const {
    ForEachField(bytes, [&](const FieldReader& reader, const Field& field) {
      if (field.number == 1) MergeList<Bytes>(Content(reader, field), feature);
      if (field.number == 2) MergeList<float>(Content(reader, field), feature);
      if (field.number == 3) MergeList<int64_t>(Content(reader, field), feature);
    });
  }

  // A list of another kind before it is dropped, one of the same kind goes on: protocol buffers' rule.
  template <typename T>
  void MergeList(std::string_view bytes, BasicFeature<Bytes>* feature) const {
    if (!std::holds_alternative<std::vector<T>>(*feature)) feature->template emplace<std::vector<T>>();
    auto& list = std::get<std::vector<T>>(*feature);
    ForEachField(bytes, [&](const FieldReader& reader, const Field& field) {
      if (field.number != 1) return;
      if constexpr (std::is_same_v<T, float>) {
        AppendFloats(reader, field, &list);
      } else if constexpr (std::is_same_v<T, int64_t>) {
        AppendIntegers(reader, field, &list);
      } else {
        list.emplace_back(Content(reader, field));
      }
    });
  }

  static void AppendFloats(const FieldReader& reader, const Field& field, std::vector<float>* list) {
    const std::string_view packed = field.type == kFixed32 ? field.bytes : Content(reader, field);
    if (packed.size() % sizeof(float) != 0) reader.Fail("a packed list of floats ends within a float");
    for (size_t i = 0; i < packed.size(); i += sizeof(float)) {
      list->push_back(LoadLittleEndian<float>(packed.data() + i));
    }
  }

  void AppendIntegers(const FieldReader& reader, const Field& field, std::vector<int64_t>* list) const {
    if (field.type == kVarint) {
      list->push_back(static_cast<int64_t>(field.varint));
      return;
    }
    FieldReader packed(Content(reader, field), place_);
    while (!packed.done()) list->push_back(static_cast<int64_t>(packed.Varint()));
  }

  const Place& place_;
};

enum FeatureKind : uint32_t { kBytesList = 1, kIntegerList = 3 };

std::string_view Message(const FieldReader& reader, const Field& field) {
  if (field.type != kLength) reader.Fail("field " + std::to_string(field.number) + " has another type");
  return field.bytes;
}

// Calls visit(reader, field) for each value, or packed values, of the feature's list if that is of `kind`.
template <typename Visit>
void ForEachValue(std::string_view feature, FeatureKind kind, const Place& place, const Visit& visit) {
  // The kind that came last counts; a list of it that came before another kind does not.
  uint32_t last = 0;
  size_t begin = 0;
  FieldReader kinds(feature, place);
  Field field;
  for (size_t i = 0; kinds.Next(&field); ++i) {
    if (field.number < 1 || field.number > 3) continue;
    if (field.number != last) begin = i;
    last = field.number;
  }
  if (last != kind) return;
  FieldReader lists(feature, place);
  for (size_t i = 0; lists.Next(&field); ++i) {
    if (i < begin || field.number != kind) continue;
    FieldReader list(Message(lists, field), place);
    Field value;
    while (list.Next(&value)) {
      if (value.number == 1) visit(list, value);
    }
  }
}

}  // namespace

std::string SerializeExample(const Example& example) { return Serialize(example); }

std::string SerializeExample(const ExampleView& example) { return Serialize(example); }

Example ParseExample(std::string_view bytes, const Place& place) {
  Example example;
  ExampleParser<std::string>(place).MergeExample(bytes, &example);
  return example;
}

ExampleView ParseExampleView(std::string_view bytes, const Place& place) {
  ExampleView example;
  ExampleParser<std::string_view>(place).MergeExample(bytes, &example);
  return example;
}

void ReadExampleEntries(std::string_view bytes, const Place& place, std::vector<ExampleEntry>* entries) {
  entries->clear();
  FieldReader example(bytes, place);
  Field field;
  while (example.Next(&field)) {
    if (field.number != 1) continue;
    FieldReader features(Message(example, field), place);
    while (features.Next(&field)) {
      if (field.number != 1) continue;
      FieldReader entry(Message(features, field), place);
      ExampleEntry read;
      Field part;
      while (entry.Next(&part)) {
        if (part.number == 1) {
          read.key = Message(entry, part);
          if (!IsUtf8(read.key)) entry.Fail("a key is not UTF-8");
        }
        if (part.number == 2) {
          if (read.feature.data() != nullptr) entry.Fail("a key has two features");
          read.feature = Message(entry, part);
        }
      }
      entries->push_back(read);
    }
  }
}

std::optional<std::string_view> OnlyBytes(std::string_view feature, const Place& place) {
  std::string_view only;
  size_t count = 0;
  ForEachValue(feature, kBytesList, place, [&](const FieldReader& list, const Field& value) {
    only = Message(list, value);
    ++count;
  });
  return count == 1 ? std::optional(only) : std::nullopt;
}

std::optional<int64_t> OnlyInteger(std::string_view feature, const Place& place) {
  uint64_t only = 0;
  size_t count = 0;
  ForEachValue(feature, kIntegerList, place, [&](const FieldReader& list, const Field& value) {
    if (value.type == kVarint) {
      only = value.varint;
      ++count;
      return;
    }
    for (FieldReader packed(Message(list, value), place); !packed.done(); ++count) only = packed.Varint();
  });
  return count == 1 ? std::optional(static_cast<int64_t>(only)) : std::nullopt;
}

}  // namespace dataset

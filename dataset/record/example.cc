#include "dataset/record/example.h"

#include <utility>

#include "dataset/base/little_endian.h"
#include "dataset/record/example_reader.h"
#include "dataset/record/example_wire.h"

namespace dataset {
namespace {

size_t VarintBytes(uint64_t value) {
  size_t bytes = 1;
  while (value >>= 7) ++bytes;
  return bytes;
}

// The bytes of a kLength field with its tag. The number of the field must be below 16.
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

// Computes sizes first, so that a picture is copied once and not once for each level of nesting. append(list, out)
// writes a list and may leave out a value; `reserve_less` is then the value's size.
template <typename Map, typename Append>
std::string Serialize(const Map& example, size_t reserve_less, const Append& append) {
  const auto entry_bytes = [](const auto& entry) {
    return FieldBytes(entry.first.size()) + FieldBytes(FeatureBytes(entry.second));
  };
  size_t bytes = 0;
  for (const auto& entry : example) bytes += FieldBytes(entry_bytes(entry));

  std::string out;
  out.reserve(FieldBytes(bytes) - reserve_less);
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
          append(list, &out);
        },
        feature);
  }
  return out;
}

constexpr auto kAppendAll = [](const auto& list, std::string* out) { AppendList(list, out); };

template <typename T, typename Bytes>
void MergeList(std::string_view bytes, const Place& place, BasicFeature<Bytes>* feature) {
  if (!std::holds_alternative<std::vector<T>>(*feature)) feature->template emplace<std::vector<T>>();
  auto& list = std::get<std::vector<T>>(*feature);
  ForEachValue<T>(bytes, place, [&](const auto& value) { list.emplace_back(value); });
}

template <typename Bytes, typename Map>
void Parse(std::string_view bytes, const Place& place, Map* example) {
  ExampleReader reader(bytes, place);
  FeatureEntry entry;
  while (reader.Next(&entry)) {
    BasicFeature<Bytes> feature;
    ForEachList(entry.bytes, place, [&](uint32_t number, std::string_view list) {
      if (number == 1) MergeList<Bytes>(list, place, &feature);
      if (number == 2) MergeList<float>(list, place, &feature);
      if (number == 3) MergeList<int64_t>(list, place, &feature);
    });
    example->insert_or_assign(typename Map::key_type(entry.key), std::move(feature));
  }
}

}  // namespace

std::string SerializeExample(const Example& example) { return Serialize(example, 0, kAppendAll); }

std::string SerializeExample(const ExampleView& example) { return Serialize(example, 0, kAppendAll); }

ExampleShell SerializeAround(const ExampleView& example, std::string_view value) {
  ExampleShell shell;
  shell.bytes = Serialize(example, value.size(), [&](const auto& list, std::string* out) {
    if constexpr (std::is_same_v<decltype(list), const std::vector<std::string_view>&>) {
      if (list.size() == 1 && list.front().data() == value.data() && list.front().size() == value.size()) {
        AppendLength(1, value.size(), out);
        shell.hole = out->size();
        return;
      }
    }
    AppendList(list, out);
  });
  return shell;
}

Example ParseExample(std::string_view bytes, const Place& place) {
  Example example;
  Parse<std::string>(bytes, place, &example);
  return example;
}

ExampleView ParseExampleView(std::string_view bytes, const Place& place) {
  ExampleView example;
  Parse<std::string_view>(bytes, place, &example);
  return example;
}

}  // namespace dataset

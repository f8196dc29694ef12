#include "dataset/record/example_reader.h"

#include "dataset/base/utf8.h"
#include "dataset/record/example_wire.h"

namespace dataset {

bool ExampleReader::Next(FeatureEntry* entry) {
  Field field;
  while (true) {
    for (FieldReader reader(features_, place_); reader.Next(&field);) {
      features_ = reader.rest();
      if (field.number != 1) continue;
      *entry = {{}, reader.Content(field)};
      ForEachField(entry->bytes, place_, [&](const FieldReader& entry_reader, const Field& part) {
        if (part.number == 1) {
          entry->key = entry_reader.Content(part);
          if (!IsUtf8(entry->key)) entry_reader.Fail("a key is not UTF-8");
        }
        if (part.number == 2) entry_reader.Content(part);
      });
      return true;
    }
    FieldReader reader(example_, place_);
    if (!reader.Next(&field)) return false;
    example_ = reader.rest();
    if (field.number == 1) features_ = reader.Content(field);
  }
}

FeatureValues ReadFeature(const FeatureEntry& entry, const Place& place) {
  using Kind = FeatureValues::Kind;
  FeatureValues values;
  ForEachList(entry.bytes, place, [&](uint32_t number, std::string_view list) {
    const Kind kind = static_cast<Kind>(number);
    if (values.kind != kind) {
      values = {};
      values.kind = kind;
    }
    if (kind == Kind::kBytes) {
      ForEachValue<std::string_view>(list, place, [&](std::string_view value) {
        values.bytes = value;
        ++values.count;
      });
    } else if (kind == Kind::kIntegers) {
      ForEachValue<int64_t>(list, place, [&](int64_t value) {
        if (values.count < values.integers.size()) values.integers[values.count] = value;
        ++values.count;
      });
    } else {
      ForEachField(list, place, [&](const FieldReader& reader, const Field& field) {
        if (field.number != 1) return;
        const std::string_view packed = field.type == kFixed32 ? field.bytes : reader.Content(field);
        if (packed.size() % sizeof(float) != 0) reader.Fail("a packed list of floats ends within a float");
        values.floats = values.count == 0 ? packed : std::string_view();
        values.count += packed.size() / sizeof(float);
      });
    }
  });
  return values;
}

std::vector<float> ReadFloats(const FeatureEntry& entry, const Place& place) {
  std::vector<float> floats;
  ForEachList(entry.bytes, place, [&](uint32_t number, std::string_view list) {
    if (number != 2) {
      floats.clear();
    } else {
      ForEachValue<float>(list, place, [&](float value) { floats.push_back(value); });
    }
  });
  return floats;
}

std::optional<size_t> OneHotIndex(const FeatureEntry& entry, const Place& place) {
  uint32_t kind = 0;
  size_t count = 0;
  std::optional<size_t> one;
  bool others = false;
  ForEachList(entry.bytes, place, [&](uint32_t number, std::string_view list) {
    if (number != kind) {
      kind = number;
      count = 0;
      one.reset();
      others = number == 1;
    }
    const auto add = [&](auto value) {
      others |= value != 0 && (value != 1 || one);
      if (value == 1) one = count;
      ++count;
    };
    if (number == 2) ForEachValue<float>(list, place, add);
    if (number == 3) ForEachValue<int64_t>(list, place, add);
  });
  return others ? std::nullopt : one;
}

bool HasFeatureLists(std::string_view bytes, const Place& place) {
  bool found = false;
  ForEachField(bytes, place,
               [&](const FieldReader&, const Field& field) { found |= field.number == 2 && field.type == kLength; });
  return found;
}

}  // namespace dataset

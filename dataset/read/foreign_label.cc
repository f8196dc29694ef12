#include "dataset/read/foreign_label.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "dataset/base/little_endian.h"
#include "dataset/base/message_text.h"
#include "dataset/base/number_text.h"
#include "dataset/base/utf8.h"
#include "dataset/read/known_bytes.h"

namespace dataset {
namespace {

using Kind = FeatureValues::Kind;

constexpr size_t kMaxDigits = 18;           // of a label that is text; its number fits 64 bits
constexpr float kMaxWholeFloat = 1 << 24;   // floats above it leave out integers
constexpr size_t kIntegerBytes[] = {4, 8};  // of int32 and int64
constexpr size_t kShownBytes = 100;         // of a label that is text

bool IsDigits(std::string_view text) {
  return !text.empty() && text.size() <= kMaxDigits &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

class LabelReader {
 public:
  LabelReader(const SampleFields& fields, const ForeignFormat& format, const ForeignClasses& classes)
      : fields_(fields), format_(format), classes_(classes), entry_(fields.Find(fields.keys().Of(Role::kLabel))) {
    if (entry_ != nullptr) label_ = ReadFeature(*entry_, fields.place());
  }

  bool IsAbsent() const {
    if (label_.count == 0) return true;
    if (label_.count > 1) return false;
    return label_.kind == Kind::kIntegers ? label_.integers[0] == -1
           : label_.kind == Kind::kFloats ? Float() == -1
                                          : label_.bytes.empty();
  }

  uint32_t Read() const {
    if (entry_ == nullptr) {
      fields_.Refuse("lacks " + key() + ", but has " + fields_.KeysThere() + "; `keys` label=KEY names it");
    }
    if (label_.count == 0) fields_.Refuse(key() + " is empty");
    if (label_.kind == Kind::kBytes) return OfText();
    if (format_.label_values != 0 && label_.count != format_.label_values) {
      fields_.Refuse(Values() + ", but " + std::to_string(format_.label_values) +
                     " in the first record; a one-hot label has as many in all records, and no option reads several "
                     "labels of a picture");
    }
    if (label_.count > 1) return OfList();
    return OfNumber(label_.kind == Kind::kIntegers ? label_.integers[0] : WholeFloat());
  }

 private:
  std::string key() const { return Printable(fields_.keys().Of(Role::kLabel)); }

  float Float() const {
    return label_.floats.size() == sizeof(float) ? LoadLittleEndian<float>(label_.floats.data())
                                                 : ReadFloats(*entry_, fields_.place()).front();
  }

  int64_t WholeFloat() const {
    const float value = Float();
    if (!(std::abs(value) <= kMaxWholeFloat) || value != std::trunc(value)) {
      fields_.Refuse(key() + " " + FormatNumber(static_cast<double>(value)) +
                     " is a float that is no whole number; a label must be the number of a class");
    }
    return static_cast<int64_t>(value);
  }

  uint32_t OfNumber(int64_t number) const {
    const int64_t first = format_.label_base;
    if (number >= first && number - first < int64_t{classes_.count}) return static_cast<uint32_t>(number - first);
    std::string hint;
    if (number == -1) hint = ": -1 means that there is no label";
    if (first == 0 && number == int64_t{classes_.count} && !classes_.numbers.empty()) {
      hint = "; if labels count from 1, `label_base` 1 says so";
    }
    fields_.Refuse(key() + " " + std::to_string(number) + " is not in " + std::to_string(first) + " ... " +
                   std::to_string(first + classes_.count - 1) + hint);
  }

  uint32_t OfList() const {
    const std::optional<size_t> one = OneHotIndex(*entry_, fields_.place());
    if (!one) {
      fields_.Refuse(Values() + " that are not one 1 among zeros; no option reads several or soft labels of a picture");
    }
    const uint64_t classes = uint64_t{classes_.count} + format_.label_base;
    if (format_.named && label_.count != classes) {
      fields_.Refuse(Values() + " with a single 1, but there are " + std::to_string(classes_.count) +
                     " classes; a one-hot label has one for each" +
                     (format_.label_base == 0 ? "" : ", and " + std::to_string(format_.label_base) + " before them"));
    }
    return OfNumber(static_cast<int64_t>(*one));
  }

  // "label has 3 integers"
  std::string Values() const {
    return key() + " has " + Counted(label_.count, label_.kind == Kind::kFloats ? "float" : "integer");
  }

  uint32_t OfText() const {
    if (label_.count > 1) {
      fields_.Refuse(key() + " has " + std::to_string(label_.count) +
                     " byte strings; no option reads several labels of a picture");
    }
    const std::string_view text = label_.bytes;
    if (text.empty()) fields_.Refuse(key() + " is empty");
    const auto found = classes_.numbers.find(text);
    if (found != classes_.numbers.end()) return found->second;
    if (classes_.digits && IsDigits(text)) {
      int64_t number = 0;
      std::from_chars(text.data(), text.data() + text.size(), number);
      return OfNumber(number);
    }
    const std::string shown = key() + " \"" + Printable(text.substr(0, kShownBytes)) + "\"";
    if (!IsUtf8(text) || HasControlCharacter(text)) fields_.Refuse(shown + " is no text" + WhatBytes(text));
    fields_.Refuse(shown + (classes_.numbers.empty() ? " is text; `classes` FILE numbers the names" : " is no class"));
  }

  static std::string WhatBytes(std::string_view bytes) {
    std::string known = KnownBytes(bytes);
    const bool integer =
        std::find(std::begin(kIntegerBytes), std::end(kIntegerBytes), bytes.size()) != std::end(kIntegerBytes);
    if (known.empty() && integer) known = "the bytes of an integer";
    return (known.empty() ? "" : " but " + known) + "; no option reads it, so write labels as integers";
  }

  const SampleFields& fields_;
  const ForeignFormat& format_;
  const ForeignClasses& classes_;
  const FeatureEntry* const entry_;
  FeatureValues label_;
};

}  // namespace

ForeignClasses NamedClasses(const std::vector<std::string>& names) {
  ForeignClasses classes{.count = static_cast<uint32_t>(names.size()), .numbers = {}};
  for (size_t i = 0; i < names.size(); ++i) classes.numbers[names[i]] = static_cast<uint32_t>(i);
  classes.digits = std::none_of(names.begin(), names.end(), IsDigits);
  return classes;
}

uint32_t ForeignLabel(const SampleFields& fields, const ForeignFormat& format, const ForeignClasses& classes) {
  return LabelReader(fields, format, classes).Read();
}

size_t CountLabelValues(const SampleFields& fields) {
  const std::optional<FeatureValues> label = fields.Read(Role::kLabel);
  return !label || label->kind == Kind::kBytes ? 0 : label->count;
}

std::optional<uint32_t> FindForeignLabel(const SampleFields& fields, const ForeignFormat& format,
                                         const ForeignClasses& classes) {
  const LabelReader reader(fields, format, classes);
  if (reader.IsAbsent()) return std::nullopt;
  return reader.Read();
}

}  // namespace dataset

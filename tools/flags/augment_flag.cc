#include "tools/flags/augment_flag.h"

#include <toml++/toml.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <sstream>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "dataset/augment/augmentation_options.h"
#include "dataset/augment/augmentation_preset.h"
#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "tools/cli/nearest_name.h"

namespace cli {
namespace {

using dataset::AugmentationPreset;
using dataset::Error;
using Options = dataset::AugmentationOptions;
using Mix = dataset::MixOptions;

constexpr uint64_t kMaxFileBytes = 1 << 20;

// Sets a value of an Augment. Throws Error::Usage, whose message has only the cause.
using Take = std::function<void(const toml::node& value, Augment* augment)>;

struct Key {
  std::string name;
  Take take;
};

struct Augmentation {
  std::string name;
  std::function<void(Augment* augment)> turn_on;
  std::vector<Key> keys;
};

double NumberOf(const toml::node& value) {
  const std::optional<double> number = value.is_number() ? value.value<double>() : std::nullopt;
  if (!number) throw Error::Usage("is not a number, or a larger one than there can be");
  return *number;
}

int WholeNumberOf(const toml::node& value) {
  const auto number = value.value_exact<int64_t>();
  if (!number || *number < -1000000 || *number > 1000000) throw Error::Usage("is not a whole number");
  return static_cast<int>(*number);
}

const toml::array& ArrayOf(const toml::node& value, size_t size) {
  const toml::array* array = value.as_array();
  if (array == nullptr || array->size() != size) {
    throw Error::Usage("is not an array of " + std::to_string(size) + " numbers");
  }
  return *array;
}

template <typename Value>
void TakeValue(const toml::node& node, Value* value) {
  if constexpr (std::is_same_v<Value, double>) {
    *value = NumberOf(node);
  } else if constexpr (std::is_same_v<Value, int>) {
    *value = WholeNumberOf(node);
  } else if constexpr (std::is_same_v<Value, bool>) {
    const std::optional<bool> truth = node.value_exact<bool>();
    if (!truth) throw Error::Usage("is neither true nor false");
    *value = *truth;
  } else if constexpr (std::is_enum_v<Value>) {
    const std::string name = node.value_or(std::string());
    const std::optional<Value> named = dataset::ParseName<Value>(name);
    if (!named) {
      const std::vector<std::string> names = dataset::Names<Value>();
      std::string all;
      for (const std::string& known : names) all += (all.empty() ? "" : ", ") + known;
      throw Error::Usage("is none of " + all + DidYouMean(name, names));
    }
    *value = *named;
  } else {
    const toml::array& array = ArrayOf(node, value->size());
    for (size_t i = 0; i < value->size(); ++i) {
      const int byte = WholeNumberOf(array[i]);
      if (byte < 0 || byte > 255) throw Error::Usage("has a number that is not 0 to 255");
      (*value)[i] = static_cast<uint8_t>(byte);
    }
  }
}

void TakeField(const dataset::AugmentationField& field, const toml::node& node, Augment* augment) {
  std::visit([&](auto member) { TakeValue(node, &(augment->options.*member)); }, field.member);
}

void SetNumber(const dataset::AugmentationField& field, double number, Augment* augment) {
  std::visit(
      [&](auto member) {
        auto& value = augment->options.*member;
        using Value = std::remove_cvref_t<decltype(value)>;
        if constexpr (std::is_arithmetic_v<Value>) value = static_cast<Value>(number);
      },
      field.member);
}

// The parameter that these fields share: one value, or the least and the most of a range.
Take TakeFields(const std::vector<const dataset::AugmentationField*>& fields) {
  return [fields](const toml::node& node, Augment* augment) {
    if (fields.size() == 1) return TakeField(*fields.front(), node, augment);
    const toml::array& array = ArrayOf(node, fields.size());
    for (size_t i = 0; i < fields.size(); ++i) TakeField(*fields[i], array[i], augment);
  };
}

// The parameters of an augmentation; of "": those of all of them.
std::vector<Key> KeysOf(std::string_view augmentation) {
  std::vector<std::pair<std::string, std::vector<const dataset::AugmentationField*>>> parameters;
  for (const dataset::AugmentationField& field : dataset::AugmentationFields()) {
    if (field.augmentation != augmentation || field.parameter.empty()) continue;
    if (parameters.empty() || parameters.back().first != field.parameter)
      parameters.push_back({std::string(field.parameter), {}});
    parameters.back().second.push_back(&field);
  }
  std::vector<Key> keys;
  for (const auto& [name, fields] : parameters) keys.push_back({name, TakeFields(fields)});
  return keys;
}

const std::vector<Key>& GeneralKeys() {
  static const std::vector<Key> keys = KeysOf("");
  return keys;
}

void TurnOn(std::string_view augmentation, Augment* augment) {
  for (const dataset::AugmentationField& field : dataset::AugmentationFields()) {
    if (field.augmentation == augmentation && field.usual) SetNumber(field, *field.usual, augment);
  }
}

Take Number(double Mix::*field) {
  return [field](const toml::node& value, Augment* augment) { augment->mix.*field = NumberOf(value); };
}

// Either of two that are on has its half of the batches.
Augmentation MixAugmentation(const std::string& name, double Mix::*one, double Mix::*other, double Mix::*alpha) {
  return {name,
          [one, other](Augment* augment) {
            Mix& mix = augment->mix;
            mix.*one = mix.*other > 0 ? mix.*other = 0.5 : 1;
          },
          {{"probability", Number(one)}, {"alpha", Number(alpha)}}};
}

std::vector<Augmentation> MakeAugmentations() {
  std::vector<Augmentation> augmentations;
  for (const dataset::AugmentationField& field : dataset::AugmentationFields()) {
    const std::string name(field.augmentation);
    if (name.empty() || (!augmentations.empty() && augmentations.back().name == name)) continue;
    augmentations.push_back({name, [name](Augment* augment) { TurnOn(name, augment); }, KeysOf(name)});
  }
  augmentations.push_back(MixAugmentation("mixup", &Mix::mixup, &Mix::cutmix, &Mix::mixup_alpha));
  augmentations.push_back(MixAugmentation("cutmix", &Mix::cutmix, &Mix::mixup, &Mix::cutmix_alpha));
  return augmentations;
}

const std::vector<Augmentation>& Augmentations() {
  static const std::vector<Augmentation> augmentations = MakeAugmentations();
  return augmentations;
}

template <typename Named>
std::vector<std::string> NamesOf(const std::vector<Named>& all) {
  std::vector<std::string> names;
  for (const Named& one : all) names.push_back(one.name);
  return names;
}

// Finds the row of that name. Throws Error::Usage, whose message names the nearest name, also of `others`.
template <typename Named>
const Named& Find(const std::vector<Named>& all, const std::string& name, const std::string& what,
                  const std::vector<std::string>& others = {}) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const Named& one) { return one.name == name; });
  if (found != all.end()) return *found;
  std::vector<std::string> names = NamesOf(all);
  names.insert(names.end(), others.begin(), others.end());
  throw Error::Usage("no " + what + " is named '" + name + "'" + DidYouMean(name, names));
}

Options PresetNamed(const std::string& name) {
  if (const auto preset = dataset::ParseName<AugmentationPreset>(name)) return OptionsOf(*preset);
  throw Error::Usage("no preset of augmentations is named '" + name + "'" +
                     DidYouMean(name, dataset::Names<AugmentationPreset>()));
}

class AugmentFile {
 public:
  explicit AugmentFile(const std::string& path) : path_(path) {
    try {
      table_ = toml::parse(dataset::ReadFile(path, kMaxFileBytes), path);
    } catch (const toml::parse_error& error) {
      throw Error::Usage(Where(error.source()) + std::string(error.description()));
    }
  }

  Augment Read() const {
    Augment augment;
    if (const toml::node* preset = table_.get("preset")) {
      const std::string name = preset->value_or(std::string());
      augment.options = At(*preset, "", [&] { return PresetNamed(name); });
    }
    // The order is that of the table here, since the TOML reader does not keep the file's.
    for (const Augmentation& augmentation : Augmentations()) {
      if (table_.contains(augmentation.name)) augmentation.turn_on(&augment);
    }
    for (const auto& [key, value] : table_) {
      if (const toml::table* table = value.as_table()) {
        const Augmentation& augmentation = FindAt(value, Augmentations(), key, "augmentation");
        for (const auto& [inner_key, inner] : *table) TakeOne(augmentation.keys, inner_key, inner, &augment);
      } else if (key != "preset") {
        TakeOne(GeneralKeys(), key, value, &augment);
      }
    }
    return augment;
  }

 private:
  std::string Where(const toml::source_region& source) const {
    return path_ + ": line " + std::to_string(source.begin.line) + ": ";
  }

  // Runs `step`; an error that it throws gets its place and `prefix` before its message.
  template <typename Step>
  std::invoke_result_t<Step> At(const toml::node& value, const std::string& prefix, const Step& step) const {
    try {
      return step();
    } catch (const Error& error) {
      throw Error::Usage(Where(value.source()) + prefix + error.what());
    }
  }

  template <typename Named>
  const Named& FindAt(const toml::node& value, const std::vector<Named>& all, const toml::key& key,
                      const std::string& what) const {
    return At(value, "", [&]() -> const Named& { return Find(all, std::string(key.str()), what); });
  }

  void TakeOne(const std::vector<Key>& keys, const toml::key& key, const toml::node& value, Augment* augment) const {
    const Key& found = FindAt(value, keys, key, "option");
    At(value, found.name + " ", [&] { found.take(value, augment); });
  }

  const std::string path_;
  toml::table table_;
};

Augment FromNames(const std::string& list) {
  Augment augment;
  std::istringstream names(list);
  bool first = true;
  for (std::string name; std::getline(names, name, ','); first = false) {
    const auto preset = dataset::ParseName<AugmentationPreset>(name);
    if (!preset) {
      Find(Augmentations(), name, "augmentation", dataset::Names<AugmentationPreset>()).turn_on(&augment);
    } else if (first) {
      augment.options = OptionsOf(*preset);
    } else {
      throw Error::Usage("the preset '" + name + "' must come first");
    }
  }
  return augment;
}

}  // namespace

Augment ParseAugment(const std::string& text) {
  const bool file = text.ends_with(".toml");
  const Augment augment = file ? AugmentFile(text).Read() : FromNames(text);
  try {
    Validate(augment.options);
    Validate(augment.mix);
  } catch (const Error& error) {
    throw Error::Usage((file ? text + ": " : std::string()) + error.what());
  }
  return augment;
}

}  // namespace cli

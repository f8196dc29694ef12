#include "tools/flags/augment_flag.h"

#include <toml++/toml.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <sstream>
#include <type_traits>
#include <vector>

#include "dataset/augment/augmentation_preset.h"
#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "tools/cli/nearest_name.h"

namespace cli {
namespace {

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

Take Number(double Options::*field) {
  return [field](const toml::node& value, Augment* augment) { augment->options.*field = NumberOf(value); };
}

Take Number(double Mix::*field) {
  return [field](const toml::node& value, Augment* augment) { augment->mix.*field = NumberOf(value); };
}

Take WholeNumber(int Options::*field) {
  return [field](const toml::node& value, Augment* augment) { augment->options.*field = WholeNumberOf(value); };
}

Take Range(double Options::*min, double Options::*max) {
  return [min, max](const toml::node& value, Augment* augment) {
    const toml::array& array = ArrayOf(value, 2);
    augment->options.*min = NumberOf(array[0]);
    augment->options.*max = NumberOf(array[1]);
  };
}

template <typename Enum>
Take Choice(Enum Options::*field, const std::vector<std::string>& names) {
  return [field, names](const toml::node& value, Augment* augment) {
    const std::string name = value.value_or(std::string());
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
      std::string all;
      for (const std::string& known : names) all += (all.empty() ? "" : ", ") + known;
      throw Error::Usage("is none of " + all + DidYouMean(name, names));
    }
    augment->options.*field = static_cast<Enum>(found - names.begin());
  };
}

void TakeFill(const toml::node& value, Augment* augment) {
  const toml::array& array = ArrayOf(value, 3);
  for (size_t c = 0; c < 3; ++c) {
    const int byte = WholeNumberOf(array[c]);
    if (byte < 0 || byte > 255) throw Error::Usage("has a number that is not 0 to 255");
    augment->options.fill[c] = static_cast<uint8_t>(byte);
  }
}

std::function<void(Augment*)> Set(double Options::*field, double value) {
  return [field, value](Augment* augment) { augment->options.*field = value; };
}

const std::vector<Key>& GeneralKeys() {
  static const std::vector<Key> keys = {
      {"fill", TakeFill},
      {"fill-mode", Choice(&Options::fill_mode, {"constant", "nearest", "reflect", "wrap"})},
      {"warp-probability", Number(&Options::warp_probability)},
  };
  return keys;
}

const std::vector<Augmentation>& Augmentations() {
  static const std::vector<Augmentation> augmentations = {
      {"random-resized-crop",
       [](Augment* augment) { augment->options.random_resized_crop = true; },
       {{"scale", Range(&Options::crop_scale_min, &Options::crop_scale_max)},
        {"ratio", Range(&Options::crop_ratio_min, &Options::crop_ratio_max)}}},
      {"flip", Set(&Options::flip_left_right, 0.5), {{"probability", Number(&Options::flip_left_right)}}},
      {"flip-up-down", Set(&Options::flip_up_down, 0.5), {{"probability", Number(&Options::flip_up_down)}}},
      {"rotation", Set(&Options::rotation, 15), {{"degrees", Number(&Options::rotation)}}},
      {"width-shift", Set(&Options::width_shift, 0.1), {{"part", Number(&Options::width_shift)}}},
      {"height-shift", Set(&Options::height_shift, 0.1), {{"part", Number(&Options::height_shift)}}},
      {"shear", Set(&Options::shear, 10), {{"degrees", Number(&Options::shear)}}},
      {"zoom",
       [](Augment* augment) { augment->options.zoom_min = 0.9, augment->options.zoom_max = 1.1; },
       {{"range", Range(&Options::zoom_min, &Options::zoom_max)}}},
      {"jitter",
       [](Augment* augment) {
         augment->options.brightness = augment->options.contrast = augment->options.saturation = 0.2;
       },
       {{"brightness", Number(&Options::brightness)},
        {"contrast", Number(&Options::contrast)},
        {"saturation", Number(&Options::saturation)},
        {"hue", Number(&Options::hue)},
        {"probability", Number(&Options::jitter_probability)}}},
      {"rand-augment",
       [](Augment* augment) { augment->options.rand_augment_ops = 2; },
       {{"ops", WholeNumber(&Options::rand_augment_ops)},
        {"magnitude", WholeNumber(&Options::rand_augment_magnitude)},
        {"probability", Number(&Options::rand_augment_probability)}}},
      {"channel-shift",
       Set(&Options::channel_shift, 20),
       {{"levels", Number(&Options::channel_shift)}, {"probability", Number(&Options::channel_shift_probability)}}},
      {"lighting",
       Set(&Options::lighting, 0.1),
       {{"deviation", Number(&Options::lighting)}, {"probability", Number(&Options::lighting_probability)}}},
      {"grey", Set(&Options::grey, 0.1), {{"probability", Number(&Options::grey)}}},
      {"blur",
       Set(&Options::blur, 0.1),
       {{"probability", Number(&Options::blur)}, {"sigma", Range(&Options::blur_sigma_min, &Options::blur_sigma_max)}}},
      {"erasing",
       Set(&Options::erasing, 0.25),
       {{"probability", Number(&Options::erasing)},
        {"scale", Range(&Options::erasing_scale_min, &Options::erasing_scale_max)},
        {"ratio", Range(&Options::erasing_ratio_min, &Options::erasing_ratio_max)},
        {"as", Choice(&Options::erased_as, {"fill", "noise"})}}},
      // Either of two that are on has its half of the batches.
      {"mixup",
       [](Augment* augment) {
         Mix& mix = augment->mix;
         mix.mixup = mix.cutmix > 0 ? mix.cutmix = 0.5 : 1;
       },
       {{"probability", Number(&Mix::mixup)}, {"alpha", Number(&Mix::mixup_alpha)}}},
      {"cutmix",
       [](Augment* augment) {
         Mix& mix = augment->mix;
         mix.cutmix = mix.mixup > 0 ? mix.mixup = 0.5 : 1;
       },
       {{"probability", Number(&Mix::cutmix)}, {"alpha", Number(&Mix::cutmix_alpha)}}},
  };
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

bool IsPreset(const std::string& name) {
  const std::vector<std::string> presets = dataset::AugmentationPresetNames();
  return std::find(presets.begin(), presets.end(), name) != presets.end();
}

Options PresetNamed(const std::string& name) {
  try {
    return dataset::AugmentationPreset(name);
  } catch (const Error& error) {
    throw Error::Usage(error.what() + DidYouMean(name, dataset::AugmentationPresetNames()));
  }
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
    if (!IsPreset(name)) {
      Find(Augmentations(), name, "augmentation", dataset::AugmentationPresetNames()).turn_on(&augment);
    } else if (first) {
      augment.options = dataset::AugmentationPreset(name);
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

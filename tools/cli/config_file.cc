#include "tools/cli/config_file.h"

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <sstream>

#include "dataset/base/error.h"
#include "dataset/base/number_text.h"
#include "tools/cli/synonyms.h"

namespace cli {

namespace {

template <typename T>
std::optional<T> ParseWhole(const std::string& text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Whether a text can be written as a TOML number and read back as the same text; "0.10" and "007" cannot.
bool IsTomlNumber(const std::string& text) {
  if (const auto integer = ParseWhole<int64_t>(text)) return std::to_string(*integer) == text;
  const auto real = ParseWhole<double>(text);
  return real && std::isfinite(*real) && dataset::FormatNumber(*real) == text;
}

std::string TomlValue(const std::string& text) {
  if (IsTomlNumber(text)) return text;
  std::ostringstream out;
  out << toml::toml_formatter(toml::value(text), toml::format_flags::allow_unicode_strings);
  return out.str();
}

std::string TomlArray(const std::vector<std::string>& texts) {
  std::string array = "[";
  for (const std::string& text : texts) array += (array.size() > 1 ? ", " : "") + TomlValue(text);
  return array + "]";
}

std::optional<std::string> ScalarText(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* integer = node.as_integer()) return std::to_string(integer->get());
  if (const auto* real = node.as_floating_point()) return dataset::FormatNumber(real->get());
  if (const auto* truth = node.as_boolean()) return truth->get() ? "true" : "false";
  return std::nullopt;
}

std::vector<std::string> Texts(const toml::node& node, const std::string& where) {
  std::vector<std::string> texts;
  const auto add = [&](const toml::node& element) {
    const std::optional<std::string> text = ScalarText(element);
    if (!text) throw dataset::Error::Usage(where + " is not a text, a number or true or false");
    texts.push_back(*text);
  };
  if (const toml::array* array = node.as_array()) {
    for (const toml::node& element : *array) add(element);
  } else {
    add(node);
  }
  return texts;
}

std::vector<std::string> Names(const std::map<std::string, const CLI::Option*>& options) {
  std::vector<std::string> names;
  for (const auto& [name, option] : options) names.push_back(name);
  return names;
}

bool IsFlag(const CLI::Option& option) { return option.get_expected_max() == 0; }

}  // namespace

std::vector<CLI::ConfigItem> ConfigFile::from_config(std::istream& input) const {
  const std::string file = app_->get_config_ptr()->as<std::string>();
  const auto place = [&](const toml::source_region& source) {
    return file + ": line " + std::to_string(source.begin.line) + ": ";
  };
  toml::table table;
  try {
    table = toml::parse(input, file);
  } catch (const toml::parse_error& error) {
    throw dataset::Error::Usage(place(error.source()) + std::string(error.description()));
  }

  std::map<std::string, const CLI::Option*> options;
  for (const CLI::Option* option : app_->get_options()) {
    if (option->get_configurable()) options[option->get_single_name()] = option;
  }
  std::vector<CLI::ConfigItem> values;
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    const auto found = options.find(name);
    if (found == options.end()) {
      const std::string meant = MeantOption(name, Names(options));
      throw dataset::Error::Usage(place(key.source()) + "unknown option '" + name + "'" +
                                  (meant.empty() ? "" : "; did you mean '" + meant + "'?"));
    }
    const std::vector<std::string> texts = Texts(node, place(key.source()) + "'" + name + "'");
    // A flag that is false counts as not given. CLI11 would count it as given, which breaks `excludes`.
    const bool unset_flag = IsFlag(*found->second) && texts == std::vector<std::string>{"false"};
    if (!texts.empty() && !unset_flag) values.push_back({{}, name, texts});
  }
  return values;
}

std::string ConfigFile::to_config(const CLI::App* app, bool, bool, std::string) const { return WriteConfig(*app, {}); }

std::string WriteConfig(const CLI::App& app, const std::vector<std::string>& leave_out) {
  std::string config;
  for (const CLI::Option* option : app.get_options()) {
    const std::string& name = option->get_single_name();
    if (!option->get_configurable() || std::find(leave_out.begin(), leave_out.end(), name) != leave_out.end()) continue;
    std::string value;
    if (IsFlag(*option)) {
      value = option->count() > 0 ? option->as<std::string>() : "false";
    } else if (option->count() == 0) {
      if (option->get_default_str().empty()) continue;
      value = TomlValue(option->get_default_str());
    } else {
      const std::vector<std::string> results = option->reduced_results();
      value = option->get_expected_max() > 1 ? TomlArray(results) : TomlValue(results.front());
    }
    config += name + " = " + value + "\n";
  }
  return config;
}

}  // namespace cli

#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "dataset/base/enum_names.h"
#include "tools/cli/cli.h"

namespace cli {

// An option whose values are the names of an enum's table, or those in `names` of them. *value is its default, which
// help and the resolved config show; both references must live as long as `app`.
template <typename Enum>
CLI::Option* AddChoice(CLI::App* app, const std::string& flag, Enum* value, const std::string& help,
                       const std::vector<std::string>& names = dataset::Names<Enum>()) {
  return app
      ->add_option_function<std::string>(
          flag, [value](const std::string& name) { *value = *dataset::ParseName<Enum>(name); }, help)
      ->default_str(std::string(dataset::NameOf(*value)))
      ->check(OneOf(names));
}

// The same without a default.
template <typename Enum>
CLI::Option* AddChoice(CLI::App* app, const std::string& flag, std::optional<Enum>* value, const std::string& help,
                       const std::vector<std::string>& names = dataset::Names<Enum>()) {
  return app
      ->add_option_function<std::string>(
          flag, [value](const std::string& name) { *value = dataset::ParseName<Enum>(name); }, help)
      ->check(OneOf(names));
}

}  // namespace cli

#pragma once

#include <CLI/CLI.hpp>
#include <istream>
#include <string>
#include <vector>

namespace cli {

// TOML for CLI11, whose own reader knows too little of it (it cuts strings at '#'). A file is a flat list of long
// option names without dashes; arrays are several values of one option. Every value that WriteConfig wrote is read back
// as the same text.
class ConfigFile : public CLI::Config {
 public:
  explicit ConfigFile(const CLI::App* app) : app_(app) {}

  // Throws dataset::Error::Usage with the file's name and the line for bad TOML, tables, and keys that are no option of
  // the app (naming the nearest one).
  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override;
  std::string to_config(const CLI::App* app, bool default_also, bool write_description,
                        std::string prefix) const override;

 private:
  const CLI::App* app_;
};

// The options of `app` that have a value or a default, one `key = value` a line in the order of their definition.
std::string WriteConfig(const CLI::App& app, const std::vector<std::string>& leave_out);

}  // namespace cli

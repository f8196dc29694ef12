#pragma once

#include <CLI/CLI.hpp>
#include <istream>
#include <string>
#include <vector>

namespace cli {

// Reads and writes TOML for CLI11, whose own reader is not correct (it cuts strings at '#'). A file is a flat list of
// long option names without dashes; an array gives several values to one option. Every value that WriteConfig writes is
// read back as the same text.
class ConfigFile : public CLI::Config {
 public:
  explicit ConfigFile(const CLI::App* app) : app_(app) {}

  // Throws dataset::Error::Usage, which names the file and the line, for invalid TOML, for tables, and for keys that
  // are no option of the app; the message then names the nearest option.
  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override;
  std::string to_config(const CLI::App* app, bool default_also, bool write_description,
                        std::string prefix) const override;

 private:
  const CLI::App* app_;
};

// Returns the options of `app` that have a value or a default, one `key = value` per line, in the order of their
// definition. Options named in `leave_out` are left out.
std::string WriteConfig(const CLI::App& app, const std::vector<std::string>& leave_out);

}  // namespace cli

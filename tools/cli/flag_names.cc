#include "tools/cli/flag_names.h"

#include <algorithm>
#include <string_view>

namespace cli {

namespace {

// Names that are spelled otherwise as flags.
constexpr struct {
  std::string_view name;
  std::string_view flag;
} kOtherFlags[] = {
    {"BackboneNames", "list-backbones"},
    {"image_channels", "channels"},
    {"initialization", "init"},
    {"order", "sampler"},
    {"statistics", "stats"},
    {"stddev", "std"},
    {"threads", "loader-threads"},
};

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }

bool IsNamePart(char c) {
  return (c >= 'a' && c <= 'z') || IsUpper(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

// "min_per_class" and "MinPerClass" give "min-per-class".
std::string WithDashes(std::string_view name) {
  std::string flag;
  for (const char c : name) {
    if (IsUpper(c) && !flag.empty()) flag += '-';
    flag += c == '_' ? '-' : IsUpper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return flag;
}

std::string AsFlag(std::string_view name, const std::vector<std::string>& flags) {
  const auto has = [&](std::string_view flag) { return std::find(flags.begin(), flags.end(), flag) != flags.end(); };
  if (const std::string flag = WithDashes(name); has(flag)) return "--" + flag;
  for (const auto& other : kOtherFlags) {
    if (other.name == name && has(other.flag)) return "--" + std::string(other.flag);
  }
  return "'" + std::string(name) + "'";
}

}  // namespace

std::vector<std::string> FlagNames(const CLI::App& app) {
  std::vector<std::string> names;
  const auto add = [&](const CLI::App& one) {
    for (const CLI::Option* option : one.get_options()) {
      names.insert(names.end(), option->get_lnames().begin(), option->get_lnames().end());
    }
  };
  add(app);
  for (const CLI::App* subcommand : app.get_subcommands()) add(*subcommand);
  return names;
}

std::string NameFlags(const std::string& message, const std::vector<std::string>& flags) {
  std::string text;
  size_t done = 0;
  for (size_t begin; (begin = message.find('`', done)) != message.npos;) {
    const auto first = message.begin() + static_cast<ptrdiff_t>(begin) + 1;
    const auto last = std::find_if_not(first, message.end(), IsNamePart);
    text.append(message, done, begin - done);
    done = begin + 1;
    if (first == last || last == message.end() || *last != '`') {
      text += '`';
      continue;
    }
    text += AsFlag({&*first, static_cast<size_t>(last - first)}, flags);
    done += static_cast<size_t>(last - first) + 1;
  }
  return text + message.substr(done);
}

}  // namespace cli

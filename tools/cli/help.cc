#include "tools/cli/help.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <sstream>
#include <utility>

#include "tools/cli/terminal.h"

namespace cli {

namespace {

constexpr size_t kColumn = 26;  // where descriptions begin
constexpr int kMinWidth = 60;
constexpr int kMaxWidth = 120;

std::string FullName(const CLI::App& app) {
  return app.get_parent() == nullptr ? app.get_name() : FullName(*app.get_parent()) + " " + app.get_name();
}

std::string Upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

// "a, b, c" of a type name such as "TEXT:{a, b, c}"; "" if any value will do.
std::string Choices(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const size_t begin = type.find('{'), end = type.rfind('}');
  return begin == std::string::npos || end < begin ? "" : type.substr(begin + 1, end - begin - 1);
}

// What stands for the value; "" for a flag.
std::string ValueName(const CLI::Option& option) {
  if (option.get_type_size() == 0) return "";
  const std::string type = option.get_type_name();
  const std::string name = type.substr(0, type.find(':'));
  if (name == "UINT" || name == "INT") return "N";
  if (name == "FLOAT") return "X";
  return name == "TEXT" && !Choices(option).empty() ? "CHOICE" : name;
}

bool TakesMany(const CLI::Option& option) {
  return option.get_expected_max() >= CLI::detail::expected_max_vector_size && option.get_delimiter() == '\0';
}

// "RAW" or "-o, --output FOLDER".
std::string Label(const CLI::Option& option) {
  if (option.get_positional()) return Upper(option.get_name(true)) + (TakesMany(option) ? "..." : "");
  std::string label;
  for (const std::string& name : option.get_snames()) label += (label.empty() ? "-" : ", -") + name;
  for (const std::string& name : option.get_lnames()) label += (label.empty() ? "--" : ", --") + name;
  const std::string value = ValueName(option);
  return label + (value.empty() ? "" : " " + value);
}

std::string Description(const CLI::Option& option) {
  std::set<std::string> names;  // CLI11 has them in no order
  for (const CLI::Option* other : option.get_excludes()) names.insert(other->get_name());
  std::string excluded;
  for (const std::string& name : names) excluded += (excluded.empty() ? "; not with " : ", ") + name;
  const bool has_default = option.get_type_size() != 0 && !option.get_default_str().empty();
  return option.get_description() + excluded + (has_default ? "; default: " + option.get_default_str() : "");
}

std::string Entry(const std::string& label, const std::string& description, size_t width) {
  std::string entry = "  " + label;
  if (entry.size() + 2 > kColumn) {
    entry += "\n" + std::string(kColumn, ' ');
  } else {
    entry.resize(kColumn, ' ');
  }
  return entry + Wrap(std::string(kColumn, ' ') + description, kColumn, width).substr(kColumn) + "\n";
}

std::string Entry(const CLI::Option& option, size_t width) {
  std::string entry = Entry(Label(option), Description(option), width);
  const std::string choices = Choices(option);
  if (choices.empty()) return entry;
  return entry + Wrap(std::string(kColumn, ' ') + "Choices: " + choices, kColumn, width) + "\n";
}

// "dsplit RAW -o FOLDER [options]"
std::string Usage(const CLI::App& app, const std::string& name) {
  std::string usage = name, options;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) {
      usage += " " + (option->get_required() ? Label(*option) : "[" + Label(*option) + "]");
    } else if (option->get_required()) {
      const std::string flag =
          option->get_snames().empty() ? "--" + option->get_lnames().front() : "-" + option->get_snames().front();
      options += " " + flag + " " + ValueName(*option);
    }
  }
  return usage + options + " [options]";
}

std::string FormatCommands(const CLI::App& app, size_t width) {
  std::string text;
  for (const CLI::App* command : app.get_subcommands({})) {
    text += Entry(command->get_name(), command->get_description(), width);
  }
  return text.empty() ? "" : "\nCommands, each with its own help (" + app.get_name() + " COMMAND --help):\n" + text;
}

std::string FormatExamples(const std::vector<Example>& examples, size_t width) {
  std::string text;
  for (const Example& example : examples) {
    text += Wrap("  " + example.what + ":", 2, width) + "\n    " + example.command + "\n";
  }
  return text.empty() ? "" : "\nExamples:\n" + text;
}

std::vector<const CLI::Option*> OptionsOf(const CLI::App& app, const std::string& group) {
  std::vector<const CLI::Option*> options;
  // A subcommand takes the program's general options too, but has --help itself.
  if (group == kGeneral && app.get_parent() != nullptr) {
    options = OptionsOf(*app.get_parent(), group);
    std::erase(options, app.get_parent()->get_help_ptr());
  }
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group() == group) options.push_back(option);
  }
  return options;
}

}  // namespace

HelpFormatter::HelpFormatter(std::vector<Example> examples, std::vector<std::string> groups, std::function<int()> width)
    : examples_(std::move(examples)), groups_(std::move(groups)), width_(std::move(width)) {}

std::vector<std::string> HelpFormatter::GroupsOf(const CLI::App& app) const {
  std::vector<std::string> groups = groups_;
  for (const CLI::Option* option : app.get_options()) {
    const std::string& group = option->get_group();
    if (group.empty() || group == kGeneral) continue;
    if (std::find(groups.begin(), groups.end(), group) == groups.end()) groups.push_back(group);
  }
  groups.emplace_back(kGeneral);
  return groups;
}

std::string HelpFormatter::make_help(const CLI::App* app, std::string name, CLI::AppFormatMode) const {
  // The last column stays free: some terminals wrap as soon as it is written.
  const size_t width = static_cast<size_t>(std::clamp(width_(), kMinWidth, kMaxWidth) - 1);
  std::string help = app->get_description() + ".\n\nUsage: " + Usage(*app, name) + "\n";
  const std::string commands = FormatCommands(*app, width);
  if (!commands.empty()) help += "       " + name + " COMMAND ...\n" + commands;
  for (const std::string& group : GroupsOf(*app)) {
    const std::vector<const CLI::Option*> options = OptionsOf(*app, group);
    if (options.empty()) continue;
    help += "\n" + group + ":\n";
    for (const CLI::Option* option : options) help += Entry(*option, width);
  }
  return help + FormatExamples(examples_, width);
}

std::string HelpFormatter::MakeHint(const CLI::App& app) const {
  std::string hint = app.get_description() + ".\n";
  if (!examples_.empty()) hint += "Example: " + examples_.front().command + "\n";
  return hint + "Help:    " + FullName(app) + " --help";
}

std::shared_ptr<HelpFormatter> MakeHelpFormatter(std::vector<Example> examples, std::vector<std::string> groups) {
  return std::make_shared<HelpFormatter>(std::move(examples), std::move(groups),
                                         ConsoleTraits::Detect(STDOUT_FILENO).width);
}

std::string Wrap(const std::string& text, size_t indent, size_t width) {
  std::istringstream words(text);
  std::string lines = text.substr(0, std::min(text.size(), text.find_first_not_of(' ')));
  size_t column = lines.size();
  bool starts_line = true;
  for (std::string word; words >> word;) {
    if (!starts_line && column + 1 + word.size() > width) {
      lines += "\n" + std::string(indent, ' ');
      column = indent;
      starts_line = true;
    }
    if (!starts_line) lines += ' ';
    column += word.size() + (starts_line ? 0 : 1);
    lines += word;
    starts_line = false;
  }
  return lines;
}

}  // namespace cli

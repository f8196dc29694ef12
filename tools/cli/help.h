#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace cli {

// A command line that works as it stands.
struct Example {
  std::string what;     // what it does, one line without a full stop
  std::string command;  // "dsplit photos -o splits"
};

// The group of the options that all tools share.
inline constexpr char kGeneral[] = "General";

// The help of a program or of one of its subcommands. An option's entry is made of what CLI11 knows of it: its value's
// type name (UINT and INT are shown as N, FLOAT as X, text with fixed choices as CHOICE), its description, the options
// that it excludes, its default and its choices. A default that is no constant must be said by the description, which
// then ends in "; default: ...".
class HelpFormatter : public CLI::FormatterBase {
 public:
  // `groups` are shown first, in that order; others follow in the order of their first option, and kGeneral is last.
  // `width` gives the columns of the terminal and is asked each time; lines are at least 60 and at most 120 columns
  // long.
  HelpFormatter(std::vector<Example> examples, std::vector<std::string> groups, std::function<int()> width);

  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;

  // For who typed the name alone: what `app` does, the first example, where help is. Lines without the last line feed.
  std::string MakeHint(const CLI::App& app) const;

 private:
  std::vector<std::string> GroupsOf(const CLI::App& app) const;

  const std::vector<Example> examples_;
  const std::vector<std::string> groups_;
  const std::function<int()> width_;
};

// A formatter as the tools have it: for the terminal that standard output is.
std::shared_ptr<HelpFormatter> MakeHelpFormatter(std::vector<Example> examples, std::vector<std::string> groups);

// `text` in lines of at most `width` columns, broken at blanks; every line but the first starts with `indent` blanks,
// which count. A word that is longer than a line stays whole.
std::string Wrap(const std::string& text, size_t indent, size_t width);

}  // namespace cli

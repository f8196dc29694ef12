#include "tools/cli/cli.h"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <new>
#include <optional>
#include <type_traits>

#include "dataset/base/error.h"
#include "tools/cli/config_file.h"
#include "tools/cli/terminal.h"

namespace cli {

namespace {

struct SharedFlags {
  std::string tool;
  bool quiet = false;
  bool verbose = false;
};

SharedFlags& Shared() {
  static SharedFlags shared;
  return shared;
}

void PrintError(const std::string& message) { Console::Stderr().PrintLine(Shared().tool + ": error: " + message); }

std::string FirstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

void AddSharedFlags(CLI::App& app) {
  app.set_version_flag("--version", Shared().tool + " " + Version());
  app.set_config("--config", "", "Read options from a TOML file; those of the command line win")->type_name("FILE");
  app.config_formatter(std::make_shared<ConfigFile>(&app));
  app.allow_config_extras(CLI::config_extras_mode::error);
  app.add_flag("-q,--quiet", Shared().quiet, "Say nothing but warnings and errors");
  app.add_flag("-v,--verbose", Shared().verbose, "Say more");
  app.fallthrough();
  app.option_defaults()->always_capture_default();
}

// CLI11 alone takes -1 and numbers beyond 64 bits for the largest unsigned one, and 010 for 8.
template <typename T>
std::string CheckWholeNumber(const std::string& text) {
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) return "'" + text + "' is too large";
  if (error == std::errc() && std::to_string(value) == text) return "";
  return "'" + text + "' is not a whole number" + (std::is_unsigned_v<T> ? " from 0 up" : "");
}

void CompleteOptions(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    const std::string type = option->get_type_name();  // with the range appended, if it has one
    if (type.starts_with("UINT")) option->check(CLI::Validator(CheckWholeNumber<uint64_t>, ""));
    if (type.starts_with("INT")) option->check(CLI::Validator(CheckWholeNumber<int64_t>, ""));
    // "[]" is CLI11's text for an empty list, which is no value.
    if (option->get_default_str() == "[]") option->default_str("");
  }
  for (CLI::App* subcommand : app.get_subcommands({})) CompleteOptions(*subcommand);
}

std::vector<std::string> LongNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    names.insert(names.end(), option->get_lnames().begin(), option->get_lnames().end());
  }
  return names;
}

std::string UnknownFlag(const CLI::App& app, const std::string& argument) {
  const std::string flag = argument.substr(0, argument.find('='));
  std::vector<std::string> names = LongNames(app);
  for (const CLI::App* subcommand : app.get_subcommands()) {
    const std::vector<std::string> more = LongNames(*subcommand);
    names.insert(names.end(), more.begin(), more.end());
  }
  const std::string nearest = flag.starts_with("--") ? Nearest(flag.substr(2), names) : "";
  return "unknown option '" + flag + "'" + (nearest.empty() ? "" : "; did you mean '--" + nearest + "'?");
}

// Returns the message about a misspelt command; "" if `first` is near to no command. In `dsinspect verfy FOLDER`, CLI11
// takes "verfy" for the folder, and FOLDER is left over.
std::string MisspeltCommand(const CLI::App& app, const std::string& first) {
  std::vector<std::string> names;
  for (const CLI::App* subcommand : app.get_subcommands({})) names.push_back(subcommand->get_name());
  if (first.starts_with('-') || !app.get_subcommands().empty() || Nearest(first, names).empty()) return "";
  return "unknown command '" + first + "'" + DidYouMean(first, names);
}

// Returns the message about wrong usage. An unknown option comes first, since it may be the missing one, misspelt.
std::string UsageMessage(const CLI::App& app, const std::string& first_argument, const CLI::ParseError& error) {
  const std::vector<std::string> remaining = app.remaining(true);
  if (remaining.empty()) return error.what();
  const std::string misspelt = MisspeltCommand(app, first_argument);
  if (!misspelt.empty()) return misspelt;
  for (const std::string& argument : remaining) {
    if (argument.size() > 1 && argument[0] == '-' && argument != "--") return UnknownFlag(app, argument);
  }
  return "unexpected argument '" + remaining.front() + "'";
}

// Refuses arguments that a subcommand leaves over; CLI11 gives them to the tool itself, which would ignore them.
void RefuseLeftPositionals(const CLI::App& app) {
  if (app.get_subcommands().empty()) return;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional() && option->count() > 0) {
      throw dataset::Error::Usage("unexpected argument '" + option->results().front() + "'");
    }
  }
}

// Parses the command line. Returns the exit code of --help and --version, which run nothing; otherwise nullopt.
std::optional<int> Parse(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
    RefuseLeftPositionals(app);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    throw dataset::Error::Usage(UsageMessage(app, argc > 1 ? argv[1] : "", error));
  }
}

int Run(int argc, char** argv, const std::string& description, const std::function<Body(CLI::App&)>& define) {
  CLI::App app(description, Shared().tool);
  AddSharedFlags(app);
  const Body body = define(app);
  CompleteOptions(app);
  const std::optional<int> parsed = Parse(app, argc, argv);
  const int code = parsed ? *parsed : body();
  if (!std::cout.flush() || std::fflush(stdout) != 0) throw dataset::Error("cannot write to standard output");
  return code;
}

}  // namespace

std::string Version() { return DSTOOLS_VERSION; }

int RunTool(int argc, char** argv, const std::string& name, const std::string& description,
            const std::function<Body(CLI::App&)>& define) {
  Shared() = {};
  Shared().tool = name;
  // Some launchers ignore it, and so would we: then nobody learns how a child ended.
  std::signal(SIGCHLD, SIG_DFL);
  try {
    return Run(argc, argv, description, define);
  } catch (const dataset::Error& error) {
    PrintError(error.what());
    return error.usage() ? kWrongUsage : kFailed;
  } catch (const std::bad_alloc&) {
    PrintError("out of memory");
  } catch (const std::exception& error) {
    // Some libraries put a stack trace behind the first line of the message.
    PrintError(Verbose() ? error.what() : FirstLine(error.what()));
  }
  return kFailed;
}

bool Quiet() { return Shared().quiet; }
bool Verbose() { return Shared().verbose; }

void Say(const std::string& line) {
  if (!Quiet()) Console::Stderr().PrintLine(line);
}

void Warn(const std::string& line) { Console::Stderr().PrintLine(Shared().tool + ": warning: " + line); }

std::unique_ptr<dataset::Progress> MakeProgress() {
  if (Quiet()) return std::make_unique<dataset::NoProgress>();
  return std::make_unique<ProgressBar>(&Console::Stderr());
}

std::string ResolvedConfig(const CLI::App& app, const std::vector<std::string>& leave_out) {
  std::vector<std::string> left_out = leave_out;
  left_out.insert(left_out.end(), {"quiet", "verbose"});
  return WriteConfig(app, left_out);
}

CLI::Validator OneOf(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return CLI::Validator(
      [names, list](std::string& word) -> std::string {
        if (std::find(names.begin(), names.end(), word) != names.end()) return "";
        return "'" + word + "' is none of " + list + DidYouMean(word, names);
      },
      "{" + list + "}");
}

}  // namespace cli

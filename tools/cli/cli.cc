#include "tools/cli/cli.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <new>
#include <optional>
#include <type_traits>

#include "dataset/base/error.h"
#include "tools/cli/config_file.h"
#include "tools/cli/flag_names.h"
#include "tools/cli/synonyms.h"
#include "tools/cli/terminal.h"

namespace cli {

namespace {

struct SharedFlags {
  std::string tool;
  std::vector<std::string> flags;  // of the tool, once they are parsed
  bool quiet = false;
  bool verbose = false;
};

SharedFlags& Shared() {
  static SharedFlags shared;
  return shared;
}

std::string Named(const std::string& message) { return NameFlags(message, Shared().flags); }

void PrintError(const std::string& message) {
  Console::Stderr().PrintLine(Shared().tool + ": error: " + Named(message));
}

std::string FirstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

constexpr char kHelpFlag[] = "-h,--help";

// What subcommands and options inherit, so before they are added.
void SetManners(CLI::App& app) {
  app.config_formatter(std::make_shared<ConfigFile>(&app));
  app.allow_config_extras(CLI::config_extras_mode::error);
  app.fallthrough();
  app.option_defaults()->always_capture_default();
}

// After those of the tool itself, as --help lists them.
void AddSharedFlags(CLI::App& app) {
  app.set_config("--config", "", "Read options from a TOML file; the command line wins over the file")
      ->type_name("FILE")
      ->group(kGeneral);
  app.add_flag("-q,--quiet", Shared().quiet, "Print only results, warnings and errors")->group(kGeneral);
  app.add_flag("-v,--verbose", Shared().verbose, "Print long lists and errors of libraries in full")->group(kGeneral);
  app.set_version_flag("--version", Shared().tool + " " + Version(), "Print the version and end")->group(kGeneral);
}

// Checks whole numbers, since CLI11 reads -1 and numbers beyond 64 bits as the largest unsigned one, and 010 as 8.
template <typename T>
std::string CheckWholeNumber(const std::string& text) {
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) return "'" + text + "' is too large";
  if (error == std::errc() && std::to_string(value) == text) return "";
  return "'" + text + "' is not a whole number" + (std::is_unsigned_v<T> ? " from 0 up" : "");
}

void CompleteOptions(CLI::App& app) {
  app.set_help_flag(kHelpFlag, "Print this help and end")->group(kGeneral);
  for (CLI::Option* option : app.get_options()) {
    const std::string type = option->get_type_name();  // with the range appended, if it has one
    if (type.starts_with("UINT")) option->check(CLI::Validator(CheckWholeNumber<uint64_t>, ""));
    if (type.starts_with("INT")) option->check(CLI::Validator(CheckWholeNumber<int64_t>, ""));
    // "[]" is CLI11's text for an empty list, which is no value.
    if (option->get_default_str() == "[]") option->default_str("");
  }
  for (CLI::App* subcommand : app.get_subcommands({})) CompleteOptions(*subcommand);
}

std::string UnknownFlag(const CLI::App& app, const std::string& argument) {
  const std::string flag = argument.substr(0, argument.find('='));
  const std::string meant =
      MeantOption(flag.substr(std::min(flag.find_first_not_of('-'), flag.size())), FlagNames(app));
  return "unknown option '" + flag + "'" + (meant.empty() ? "" : "; did you mean '--" + meant + "'?");
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
  std::string misspelt = MisspeltCommand(app, first_argument);
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

// Of what was typed alone: the tool, or one of its subcommands; nullptr if there is more than a name or no more needed.
const CLI::App* TypedAlone(const CLI::App& app, int argc, char** argv) {
  if (argc < 2) return &app;
  if (argc > 2) return nullptr;
  for (const CLI::App* command : app.get_subcommands({})) {
    const auto needed = command->get_options([](const CLI::Option* option) { return option->get_required(); });
    if (command->get_name() == argv[1] && !needed.empty()) return command;
  }
  return nullptr;
}

int Run(int argc, char** argv, const Tool& tool, const std::function<Body(CLI::App&)>& define) {
  CLI::App app(tool.what, tool.name);
  app.formatter(MakeHelpFormatter(tool.examples, tool.groups));
  SetManners(app);
  const Body body = define(app);
  AddSharedFlags(app);
  CompleteOptions(app);
  if (const CLI::App* alone = TypedAlone(app, argc, argv)) {
    Console::Stderr().PrintLine(dynamic_cast<const HelpFormatter&>(*alone->get_formatter()).MakeHint(*alone));
    return kWrongUsage;
  }
  const std::optional<int> parsed = Parse(app, argc, argv);
  Shared().flags = FlagNames(app);
  const int code = parsed ? *parsed : body();
  errno = 0;
  if (!std::cout.flush() || std::fflush(stdout) != 0) {
    // What was said before may have met the fault, and then nobody knows it now.
    if (errno != 0) throw dataset::Error::System("standard output", "cannot write", errno);
    throw dataset::Error("standard output: cannot write");
  }
  return code;
}

}  // namespace

std::string Version() { return DSTOOLS_VERSION; }

int RunTool(int argc, char** argv, const Tool& tool, const std::function<Body(CLI::App&)>& define) {
  Shared() = {};
  Shared().tool = tool.name;
  // Some launchers ignore SIGCHLD, and children inherit that; waitpid could then not tell how a child ended.
  std::signal(SIGCHLD, SIG_DFL);
  try {
    return Run(argc, argv, tool, define);
  } catch (const dataset::Error& error) {
    PrintError(error.what());
    return error.usage() ? kWrongUsage : kFailed;
  } catch (const std::filesystem::filesystem_error& error) {
    PrintError(error.path1().string() + ": " + error.code().message());
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
  if (!Quiet()) Console::Stderr().PrintLine(Named(line));
}

void Warn(const std::string& line) { Console::Stderr().PrintLine(Shared().tool + ": warning: " + Named(line)); }

std::unique_ptr<dataset::Progress> MakeProgress() {
  if (Quiet()) return std::make_unique<dataset::NoProgress>();
  return std::make_unique<ProgressBar>(&Console::Stderr());
}

std::string ResolvedConfig(const CLI::App& app, const std::vector<std::string>& leave_out) {
  std::vector<std::string> left_out = leave_out;
  left_out.insert(left_out.end(), {"quiet", "verbose"});
  return WriteConfig(app, left_out);
}

CLI::Validator AtLeast(int least) {
  return CLI::Validator(
      [least](std::string& word) -> std::string {
        int64_t value = 0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
        // What is no number, CLI11 refuses itself.
        if (error != std::errc() || end != word.data() + word.size() || value >= least) return "";
        return "'" + word + "' must be at least " + std::to_string(least);
      },
      "");
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

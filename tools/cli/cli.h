#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dataset/base/progress.h"
#include "tools/cli/help.h"
#include "tools/cli/nearest_name.h"
#include "tools/cli/units.h"

namespace cli {

// Exit codes of every tool.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kWrongUsage = 2;
inline constexpr int kInterrupted = 130;

std::string Version();  // "0.1.0"

// What a program says of itself.
struct Tool {
  std::string name;
  std::string what;                 // what it does, one line without a full stop
  std::vector<Example> examples;    // the first is shown to those who type the name alone
  std::vector<std::string> groups;  // of options, those that --help shows first, in order
};

// Runs a tool: builds the app with the manners all tools share (--config FILE in TOML, --quiet, -v/--verbose,
// --version), lets `define` add its flags, parses argv, then calls the function that `define` returned. A value comes
// from the command line, else from the --config file, else from the variable that the flag is bound to (help shows it
// as the default). The name alone is answered with three lines on stderr and exit code 2, and so is a subcommand's that
// needs more. dataset::Error and any other std::exception become "TOOL: error: ..." on stderr and exit code 1 (2 for
// usage); a misspelt flag, config key, subcommand or choice is answered with the nearest one. Errors, Say and Warn name
// flags where a library's message names options (flag_names.h).
using Body = std::function<int()>;
int RunTool(int argc, char** argv, const Tool& tool, const std::function<Body(CLI::App&)>& define);

// Whether the shared flags --quiet and --verbose were given. False before they are parsed.
bool Quiet();
bool Verbose();

// Prints a line on stderr, unless --quiet. A progress bar stays below it. Thread-safe.
void Say(const std::string& line);
// Prints "TOOL: warning: LINE" on stderr, also with --quiet. Thread-safe.
void Warn(const std::string& line);
// Returns a library's message with the flags' names, as Say and Warn print it.
std::string Named(const std::string& message);

// A progress bar with rate and ETA on stderr: one line redrawn on a terminal, a plain line every 10 s otherwise;
// nothing with --quiet. Honours NO_COLOR.
std::unique_ptr<dataset::Progress> MakeProgress();

// Returns the resolved options of `app` in TOML, which --config can read. Options without a value, the shared flags and
// the options in `leave_out` are left out. `leave_out` names, without dashes, those that do not belong to a result
// (output, jobs, ...).
std::string ResolvedConfig(const CLI::App& app, const std::vector<std::string>& leave_out);

// Returns a validator for CLI::Option::check that refuses whole numbers below `least`.
CLI::Validator AtLeast(int least);

// Returns a validator for CLI::Option::check that accepts only `names`. Its message about any other word names the
// nearest one.
CLI::Validator OneOf(const std::vector<std::string>& names);

}  // namespace cli

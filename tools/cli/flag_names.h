#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace cli {

// The long names, without dashes, of the options of `app` and of the subcommand that was parsed, if one was.
std::vector<std::string> FlagNames(const CLI::App& app);

// A library's message as a program with these flags says it. Libraries put the C++ names of their options in backticks
// (dataset/base/error.h): `min_per_class` becomes --min-per-class if `flags` holds "min-per-class", else
// 'min_per_class'. Backticks around anything but one name stay.
std::string NameFlags(const std::string& message, const std::vector<std::string>& flags);

}  // namespace cli

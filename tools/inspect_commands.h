#pragma once

#include <vector>

#include "tools/cli/cli.h"

namespace cli {

struct Command {
  const CLI::App* app;  // the subcommand; parsed() if it is the one asked for
  Body body;
};

// Adds dsinspect's subcommands.
std::vector<Command> AddInspectCommands(CLI::App* app);

}  // namespace cli

#pragma once

#include <vector>

#include "tools/cli/cli.h"

namespace cli {

struct Command {
  const CLI::App* app;  // the subcommand; parsed() tells whether the user asked for it
  Body body;
};

// Adds dsinspect's subcommands.
std::vector<Command> AddInspectCommands(CLI::App* app);

}  // namespace cli

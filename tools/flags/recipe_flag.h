#pragma once

#include <CLI/CLI.hpp>

#include "tools/flags/train_flags.h"

namespace cli {

// Adds --recipe. Once all is parsed, the recipe's values take the places of those that neither the command line nor a
// file gives, also in the resolved config. TrainFlags::of_field must be complete by then.
void AddRecipeFlag(CLI::App* app, TrainFlags* flags);

}  // namespace cli

#pragma once

#include <string>

#include "train/model/summary.h"

namespace cli {

// These functions return what dtrain's --list-backbones, --list-layers and --summary print.
std::string FormatBackbones();
// Throws dataset::Error::Usage for an unknown backbone.
std::string FormatLayers(const std::string& backbone);
std::string FormatSummary(const train::Architecture& architecture, const train::Summary& summary);

}  // namespace cli

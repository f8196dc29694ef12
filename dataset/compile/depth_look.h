#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dataset/base/progress.h"
#include "dataset/compile/compile_plan.h"
#include "dataset/image/deep_image.h"
#include "dataset/image/depth.h"

namespace dataset {

// What the pictures of more than 8 bits a channel hold.
struct DepthLook {
  uint64_t pictures = 0;  // how many of the manifest's there are
  uint64_t looked = 0;    // how many were decoded
  bool floats = false;    // among those that were decoded
  bool integers = false;
  bool is_signed = false;
  ValueExtent extent;
  ValueExtent most;  // of all values but the lowest and the highest thousandth
};

// Reads the first bytes of all files of the manifest, and decodes a sample of the pictures of more than 8 bits
// (proto/FORMAT.md, section 4, "Depth"). Files that cannot be read are passed over. Returns nullopt if options.stop
// ended it. The result does not depend on options.jobs.
std::optional<DepthLook> LookAtDepth(const CompileOptions& options, const CompileInput& input, Progress& progress);

struct ChosenDepth {
  Depth depth;
  std::vector<std::string> warnings;
};
// Chooses for DepthChoice::kAuto and kMinMax.
ChosenDepth ChooseDepth(DepthChoice::Kind kind, const DepthLook& look);

// Whether a look is needed to know the depth.
bool NeedsDepthLook(const DepthChoice& choice);
// The depth of a choice that needs no look.
Depth DepthOf(const DepthChoice& choice);

}  // namespace dataset

#pragma once

namespace dataset {

// What happens to an output folder that is not empty.
enum class ExistingOutput {
  kRefuse,     // an Error, unless it holds what the same inputs and options would make
  kOverwrite,  // the folder is replaced once the new one is complete
  kResume,     // the folder is completed if a run with the same inputs and options began it
};

}  // namespace dataset

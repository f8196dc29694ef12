#pragma once

namespace dataset {

// What becomes of an output folder that holds something already.
enum class ExistingOutput {
  kRefuse,     // an Error, unless it is what the same inputs and options make
  kOverwrite,  // it is replaced, once the new one is complete
  kResume,     // it is completed, if the same inputs and options began it
};

}  // namespace dataset

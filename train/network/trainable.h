#pragma once

namespace train {

// What is trained in a phase.
enum class Trainable {
  kHead,            // the backbone is frozen, its norms use their stored statistics
  kAllFrozenNorms,  // all weights; the norms' statistics stay
  kAll,             // all weights, and the norms learn their statistics
};

}  // namespace train

#pragma once

namespace train {

// What a phase trains.
enum class Trainable {
  kHead,            // the head; the backbone is frozen, and its norms use their stored statistics
  kAllFrozenNorms,  // all weights; norms keep and use their stored statistics
  kAll,             // all weights; norms learn their statistics
};

}  // namespace train

#pragma once

#include <cstddef>
#include <functional>

namespace dataset {

// A stream of pieces of work: dealt one after the other, done by many threads, taken up one after the other in the
// order in which they were dealt. `slot` numbers the caller's memory of a piece, below OrderedLimits::slots; it is the
// piece's own from deal to take. None of the three may throw: failures are carried in the slot.
struct OrderedStages {
  // The next piece; false: there is none. One call at a time.
  std::function<bool(size_t slot)> deal;
  // In many threads at a time. Returns the bytes that the slot holds from now on.
  std::function<size_t(size_t slot)> work;
  // One call at a time, in whichever thread. False: no more are dealt or taken.
  std::function<bool(size_t slot)> take;
};

struct OrderedLimits {
  int threads = 1;
  size_t slots = 1;
  // Nothing is dealt while so much waits to be taken. A slow piece thus holds up the others only when this much of
  // what follows it is done.
  size_t bytes = 0;
};

// Returns when all that was dealt is taken, or work of what is not to be taken has ended.
void RunOrdered(const OrderedStages& stages, const OrderedLimits& limits);

}  // namespace dataset

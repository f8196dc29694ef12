#pragma once

#include <cstddef>
#include <functional>

namespace dataset {

// Three stages that a stream of pieces of work goes through. Pieces are dealt one after the other, worked on in many
// threads, and taken one after the other, in the order in which they were dealt.
//
// The caller keeps each piece's data in slots of its own, numbered from 0 to OrderedLimits::slots - 1. A slot belongs
// to one piece from the piece's deal until its take, and is used again later. The functions must not throw: a failure
// is stored in the slot.
struct OrderedStages {
  // Puts the next piece into the slot. Returns false if there is no next piece. Called by one thread at a time.
  std::function<bool(size_t slot)> deal;
  // Works on the piece in the slot. Returns the number of bytes that the slot holds from then until its take. Called
  // from many threads at a time.
  std::function<size_t(size_t slot)> work;
  // Takes the finished piece out of the slot. Returns false if no more pieces are to be dealt or taken. Called by one
  // thread at a time, which may be any of them.
  std::function<bool(size_t slot)> take;
};

struct OrderedLimits {
  int threads = 1;
  size_t slots = 1;
  // No piece is dealt while finished pieces that wait for their take hold more bytes than this. A slow piece thus stops
  // the others only after this many bytes of later pieces are done.
  size_t bytes = 0;
};

// Runs the stages in up to limits.threads threads and returns when every piece that was dealt has been taken. If `take`
// returned false, it returns when the work that had begun has ended; those pieces are not taken. The stages must live
// until then.
void RunOrdered(const OrderedStages& stages, const OrderedLimits& limits);

}  // namespace dataset

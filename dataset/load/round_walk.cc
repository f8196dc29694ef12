#include "dataset/load/round_walk.h"

namespace dataset {

void RoundWalk::GoTo(uint64_t position) {
  const uint64_t number = sampler_.WalkOf(position);
  if (segments_.empty() || number != number_) segments_ = sampler_.Deal(number);
  number_ = number;
  round_ = sampler_.RoundOf(segments_, number_, position);
}

uint64_t RoundWalk::PositionAfter(const EpochShare& share, uint64_t batch) const {
  const uint64_t end = sampler_.EndOf(segment(), number_) - share.begin;
  for (; batch < share.end; ++batch) {
    const uint64_t first = share.OffsetOf(batch), after = std::max(first, end);
    if (after < std::min(first + share.batch_size, share.samples)) return share.begin + after;
  }
  return share.next_begin + share.rank * share.batch_size % sampler_.samples();
}

std::vector<uint32_t> RoundWalk::BlocksAfter(const EpochShare& share, uint64_t batch) const {
  RoundWalk next = *this;
  next.GoTo(PositionAfter(share, batch));
  return next.segment().blocks;
}

}  // namespace dataset

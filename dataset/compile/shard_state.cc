#include "dataset/compile/shard_state.h"

#include <algorithm>
#include <numeric>

#include "dataset/base/error.h"
#include "dataset/catalog/dataset_info_message.h"
#include "dataset/io/proto_json.h"
#include "proto/dataset_info.pb.h"

namespace dataset {

std::string FormatShardState(const ShardState& state) {
  dstools::ShardState message;
  message.set_fingerprint(state.fingerprint);
  FillMessage(state.shard, message.mutable_shard());
  message.mutable_records_per_class()->Assign(state.records_per_class.begin(), state.records_per_class.end());
  message.set_repeated(state.repeated);
  for (const Reject& reject : state.rejects) {
    dstools::RejectedSample* to = message.add_rejected();
    to->set_path(reject.path);
    to->set_reason(reject.reason);
  }
  if (!state.pixels.empty()) FillMessage(state.pixels, message.mutable_pixels());
  message.set_unchecked(state.notes.unchecked);
  message.set_clipped(state.notes.clipped);
  message.set_photos(state.photos);
  return FormatProtoJson(message);
}

ShardState ParseShardState(std::string_view json, const DatasetInfo& info, const std::string& file) {
  dstools::ShardState message;
  ParseProtoJson(json, file, &message);
  ShardState state;
  state.fingerprint = message.fingerprint();
  state.shard = {message.shard().name(), message.shard().records(), message.shard().bytes(), message.shard().crc32c()};
  state.records_per_class.assign(message.records_per_class().begin(), message.records_per_class().end());
  const auto& counts = state.records_per_class;
  if (counts.size() != info.classes.size() ||
      std::accumulate(counts.begin(), counts.end(), uint64_t{0}) != state.shard.records) {
    throw Error(file, "its counts do not add up");
  }
  state.repeated = message.repeated();
  for (const auto& reject : message.rejected()) state.rejects.push_back({reject.path(), reject.reason()});
  state.pixels = ReadMessage(message.pixels(), info.channels, file);
  state.notes = {message.unchecked(), message.clipped()};
  if (std::max(state.notes.unchecked, state.notes.clipped) > state.shard.records) {
    throw Error(file, "its counts do not add up");
  }
  state.photos = message.photos();
  return state;
}

}  // namespace dataset

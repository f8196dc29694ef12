#include "dataset/compile/finished_shards.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <exception>

#include "dataset/base/utf8.h"
#include "dataset/compile/sample_encoder.h"

namespace dataset {

ShardStates LoadFinished(const IncompleteDataset& incomplete, const std::vector<std::string>& shards,
                         const DatasetInfo& info, Progress& progress) {
  ShardStates states(shards.size());
  std::vector<std::exception_ptr> failures(shards.size());
  progress.Start("checking finished shards", shards.size());
  tbb::parallel_for(size_t{0}, shards.size(), [&](size_t i) {
    try {
      states[i] = incomplete.LoadFinished(shards[i], info);
    } catch (...) {
      failures[i] = std::current_exception();
    }
    progress.Advance(1);
  });
  progress.Finish();
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
  return states;
}

void DropChanged(const CompileOptions& options, const CompileInput& input,
                 const std::vector<const PlannedShard*>& shards, ShardStates* states) {
  SampleEncoder encoder(options, input.root, input.info);
  const auto mended = [&](const Reject& reject) {
    const auto& entries = input.manifest.entries;
    const auto entry = std::lower_bound(entries.begin(), entries.end(), reject.path,
                                        [](const ManifestEntry& e, const std::string& path) { return e.path < path; });
    if (entry == entries.end() || entry->path != reject.path) return true;
    return Printable(encoder.Encode(*entry, 0).reject) != reject.reason;
  };
  for (size_t i = 0; i < states->size(); ++i) {
    auto& state = (*states)[i];
    if (!state) continue;
    const bool other_photos = !state->photos.empty() && state->photos != shards[i]->photos;
    if (other_photos || std::any_of(state->rejects.begin(), state->rejects.end(), mended)) state.reset();
  }
}

std::vector<Reject> SortedRejects(const ShardStates& states) {
  std::vector<Reject> rejects;
  for (const auto& state : states) {
    if (state) rejects.insert(rejects.end(), state->rejects.begin(), state->rejects.end());
  }
  std::sort(rejects.begin(), rejects.end(), [](const Reject& a, const Reject& b) { return a.path < b.path; });
  return rejects;
}

SourceNotes SumNotes(const ShardStates& states) {
  SourceNotes notes;
  for (const auto& state : states) notes.Add(state->notes);
  return notes;
}

}  // namespace dataset

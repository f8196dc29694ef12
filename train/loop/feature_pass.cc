#include "train/loop/feature_pass.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "train/network/idle_threads.h"

namespace train {

using torch::Tensor;

namespace {

std::string Mirrored(const std::string& view) { return view + ", mirrored"; }

// Writes the tables of a pass as its batches come, as long as no sample is missing.
class TableWriters {
 public:
  explicit TableWriters(const FeaturePass& pass) : pass_(pass), whole_(pass.view.store != nullptr) {}

  void Add(const BatchFeatures& features, const Tensor& mirrored) {
    if (!whole_) return;
    for (const uint32_t id : features.ids) whole_ = whole_ && id == next_++;
    if (!whole_) {
      plain_ = nullptr;
      mirror_ = nullptr;
      return;
    }
    const bool first = features.ids.front() == 0;
    const auto write = [&](const Tensor& values, const std::string& view, std::unique_ptr<FeatureStore::Writer>& to) {
      const Tensor rows = RowsOf(values);
      if (first) to = pass_.view.store->Begin(view, pass_.view.samples, rows);
      if (to != nullptr) to->Add(rows, features.labels);
    };
    write(features.values, pass_.view.name, plain_);
    if (mirrored.defined()) write(mirrored, Mirrored(pass_.view.name), mirror_);
  }

  void Finish() {
    if (!whole_ || next_ != pass_.view.samples) return;
    if (plain_ != nullptr) plain_->Finish();
    if (mirror_ != nullptr) mirror_->Finish();
  }

 private:
  const FeaturePass& pass_;
  bool whole_;
  uint64_t next_ = 0;
  std::unique_ptr<FeatureStore::Writer> plain_, mirror_;
};

bool ForEachStored(const FeaturePass& pass, const FeatureTable& plain, const std::optional<FeatureTable>& mirror,
                   const std::function<bool()>& stop, const std::function<void(int)>& advance, const UseFeatures& use) {
  for (uint64_t first = 0; first < plain.samples(); first += pass.view.batch_size) {
    const uint64_t count = std::min(pass.view.batch_size, plain.samples() - first);
    BatchFeatures features;
    features.values = plain.Of(first, count, pass.extractor.device());
    features.ids.resize(count);
    std::iota(features.ids.begin(), features.ids.end(), static_cast<uint32_t>(first));
    for (const uint32_t id : features.ids) features.labels.push_back(plain.label(id));
    use(std::move(features), mirror ? mirror->Of(first, count, pass.extractor.device()) : Tensor());
    if (advance) advance(static_cast<int>(count));
    if (stop && stop()) return false;
  }
  return true;
}

// As ForEachFeatures, of features that the store lacks.
bool ComputeEach(const FeaturePass& pass, const std::function<bool()>& stop, const std::function<void(int)>& advance,
                 const UseFeatures& use) {
  const bool mirrors = pass.mirror != Mirror::kNo;
  TableWriters writers(pass);
  const auto source = pass.stream.open(0, 0, InputSize::kFull);
  while (const dataset::BatchLease batch = source->Next()) {
    AdaptIdleThreads();
    BatchFeatures features = pass.extractor.Extract(*batch);
    if (!features.ids.empty()) {
      const Tensor mirrored = mirrors ? pass.extractor.Extract(*batch, pass.mirror).values : Tensor();
      writers.Add(features, mirrored);
      use(std::move(features), mirrored);
    }
    if (advance) advance(batch->valid);
    if (stop && stop()) return false;
  }
  writers.Finish();
  return true;
}

}  // namespace

bool ForEachFeatures(const FeaturePass& pass, const std::function<bool()>& stop,
                     const std::function<void(int)>& advance, const UseFeatures& use) {
  if (FeatureStore* const store = pass.view.store) {
    const bool mirrors = pass.mirror != Mirror::kNo;
    const std::optional<FeatureTable> plain = store->Find(pass.view.name, pass.view.samples);
    std::optional<FeatureTable> mirror;
    if (plain && mirrors) mirror = store->Find(Mirrored(pass.view.name), pass.view.samples);
    if (plain && mirrors == mirror.has_value()) return ForEachStored(pass, *plain, mirror, stop, advance, use);
  }
  return ComputeEach(pass, stop, advance, use);
}

CollectedFeatures CollectFeatures(const FeaturePass& pass, uint64_t row_bytes, uint64_t most_bytes,
                                  const std::function<bool()>& stop, const std::function<void(int)>& advance) {
  FeatureStore* const store = pass.view.store;
  if (store != nullptr) {
    if (std::optional<FeatureTable> found = store->Find(pass.view.name, pass.view.samples)) return {std::move(found)};
  }
  const uint64_t samples = pass.view.samples;
  const bool in_memory = samples * row_bytes <= most_bytes;
  if (!in_memory && (store == nullptr || !store->HasRoom(samples * row_bytes))) return {};
  Tensor rows;
  std::vector<int64_t> labels;
  bool whole = true;
  const auto use = [&](const BatchFeatures& features, const Tensor&) {
    for (const uint32_t id : features.ids) whole = whole && id == labels.size(), labels.push_back(0);
    if (!whole) return;
    std::copy(features.labels.begin(), features.labels.end(), labels.end() - static_cast<int64_t>(features.ids.size()));
    if (!in_memory) return;
    const Tensor part = RowsOf(features.values);
    if (!rows.defined()) {
      std::vector<int64_t> shape = part.sizes().vec();
      shape.front() = static_cast<int64_t>(samples);
      rows = torch::empty(shape, part.options());
    }
    const auto end = static_cast<int64_t>(labels.size());
    rows.slice(0, end - part.size(0), end).copy_(part);
  };
  if (!ComputeEach(pass, stop, advance, use)) return {.table = {}, .stopped = true};
  if (!whole || labels.size() != samples) return {};
  if (in_memory) return {FeatureTable(rows, std::move(labels))};
  return {store->Find(pass.view.name, samples)};
}

}  // namespace train

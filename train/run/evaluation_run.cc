#include "train/run/evaluation_run.h"

#include <cstdio>

#include "dataset/base/error.h"
#include "dataset/catalog/dataset_info.h"
#include "dataset/io/csv.h"
#include "dataset/io/file.h"
#include "dataset/load/loader.h"
#include "dataset/read/open_dataset.h"
#include "dataset/read/sample_parser.h"
#include "dataset/read/shard_set.h"
#include "dataset/record/record_reader.h"
#include "train/loop/evaluator.h"
#include "train/network/weight_loader.h"
#include "train/run/run_directory.h"

namespace train {

namespace fs = std::filesystem;

namespace {

std::string Probability(float value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.6f", static_cast<double>(value));
  return text;
}

// Returns the name of the sample's file; if the record does not have it, the shard and the record's number.
std::string FilenameOf(const dataset::ShardSet& shards, dataset::SampleId id, const dataset::SampleParser& parser) {
  const dataset::ShardSet::Location location = shards.Locate(id);
  const dataset::Place place = shards.PlaceOf(id);
  std::string framed(location.size, '\0');
  framed.resize(shards.file(location.shard).ReadAt(location.offset, location.size, framed.data()));
  dataset::Sample sample;
  parser.ParseSized(dataset::ParseRecord(framed, place), place, &sample);
  if (!sample.filename.empty()) return sample.filename;
  return shards.file(location.shard).path().filename().string() + "#" + std::to_string(*place.record);
}

// Returns predictions.csv: path,label,predicted,probability, then the probability of each class.
std::string PredictionsCsv(const Evaluation& evaluation, const std::vector<std::string>& classes,
                           const dataset::ShardSet& shards, const dataset::SampleParser& parser) {
  std::vector<std::string> row = {"path", "label", "predicted", "probability"};
  row.insert(row.end(), classes.begin(), classes.end());
  std::string csv;
  dataset::AppendCsvRow(row, &csv);
  for (const Prediction& prediction : evaluation.predictions) {
    row = {FilenameOf(shards, prediction.id, parser), classes[prediction.label], classes[prediction.predicted],
           Probability(prediction.probabilities[prediction.predicted])};
    for (const float value : prediction.probabilities) row.push_back(Probability(value));
    dataset::AppendCsvRow(row, &csv);
  }
  return csv;
}

}  // namespace

std::optional<EvaluationRunResult> RunEvaluation(const EvaluationRunOptions& options, dataset::Progress& progress) {
  const RunDirectory run(options.run);
  const ModelInfo info = run.LoadModelInfo();
  // info.dataset leads there from the folder itself, not from a link to it.
  const fs::path folder =
      options.dataset.value_or((fs::weakly_canonical(options.run) / info.dataset).lexically_normal());
  const dataset::DatasetInfo data = dataset::OpenDataset(folder, options.foreign);
  if (data.classes != info.classes) {
    throw dataset::Error(folder.string(), "has other classes than " + run.model().string());
  }
  if (!options.dataset && data.fingerprint != info.dataset_fingerprint) {
    throw dataset::Error(
        {.file = folder.string(), .record = {}, .offset = {}},
        "is not what the run was trained on: it was made anew, or is read with other options; --dataset "
        "names it to score it all the same");
  }
  const Compute compute = ResolveCompute(options.device, options.precision);
  PrepareProcess(options.compute_threads > 0 ? options.compute_threads : DefaultComputeThreads());

  const int classes = static_cast<int>(info.classes.size());
  Classifier model(ArchitectureOf(info, run.model().string()));
  LoadWeights(*OpenTensorFile(run.weights()), HeadWeights::kLoad, model);
  model.To(compute.device);

  const std::unique_ptr<dataset::BufferAllocator> allocator = MakeBatchAllocator(compute);
  dataset::LoaderOptions loader_options;
  loader_options.folder = folder;
  loader_options.split = options.split;
  loader_options.augmentation = ViewOf(info);
  loader_options.order = dataset::Order::kSequential;
  loader_options.batch_size = options.batch_size;
  loader_options.threads = options.loader_threads > 0 ? options.loader_threads : DefaultLoaderThreads();
  loader_options.memory = options.memory;
  loader_options.allocator = allocator.get();
  dataset::Loader loader(data, loader_options);
  BatchStream stream{[&loader](uint32_t epoch, uint64_t first) { return loader.Epoch(epoch, first); },
                     loader.batches_per_epoch()};

  progress.Start("evaluate", loader.samples());
  Evaluator evaluator(model, compute, run.LoadNormalization(info), stream, classes, info.loss);
  std::optional<Evaluation> evaluation =
      evaluator.Run(options.stop, [&](int count) { progress.Advance(static_cast<uint64_t>(count)); });
  if (!evaluation) return std::nullopt;
  progress.Finish();

  EvaluationRunResult result;
  result.folder = run.evaluation(std::string(dataset::SplitName(options.split)));
  fs::create_directories(result.folder);
  const dataset::ShardSet shards(folder, data, options.split);
  dataset::PublishFile(result.folder / "predictions.csv",
                       PredictionsCsv(*evaluation, info.classes, shards, dataset::SampleParser(data)), options.sync);
  dataset::PublishFile(result.folder / "evaluation.json", EvaluationJson(*evaluation, info.classes, data.fingerprint),
                       options.sync);
  result.evaluation = std::move(*evaluation);
  result.classes = info.classes;
  result.other_dataset = data.fingerprint != info.dataset_fingerprint;
  return result;
}

}  // namespace train

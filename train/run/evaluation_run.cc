#include "train/run/evaluation_run.h"

#include <cctype>
#include <cstdio>
#include <system_error>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/base/sha256.h"
#include "dataset/catalog/content_hash.h"
#include "dataset/catalog/dataset_info.h"
#include "dataset/io/csv.h"
#include "dataset/io/file.h"
#include "dataset/load/loader.h"
#include "dataset/read/dataset_path.h"
#include "dataset/read/open_dataset.h"
#include "dataset/read/sample_parser.h"
#include "dataset/read/shard_set.h"
#include "dataset/read/val_part.h"
#include "dataset/record/record_reader.h"
#include "train/loop/batch_stream.h"
#include "train/loop/evaluator.h"
#include "train/run/class_match.h"
#include "train/run/evaluation_folder.h"
#include "train/run/run_directory.h"
#include "train/run/trained_model.h"

namespace train {

namespace fs = std::filesystem;

namespace {

constexpr uint64_t kMaxMapBytes = uint64_t{16} << 20;

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

std::string PredictionsCsv(const Evaluation& evaluation, const std::vector<std::string>& classes,
                           const dataset::ShardSet& shards, const dataset::SampleParser& parser) {
  std::string csv = std::string(kPredictionColumns) + ",";
  std::vector<std::string> row = classes;
  dataset::AppendCsvRow(row, &csv);
  for (const Prediction& prediction : evaluation.predictions) {
    row = {FilenameOf(shards, prediction.id, parser), classes[prediction.label], classes[prediction.predicted],
           Probability(prediction.probabilities[prediction.predicted])};
    for (const float value : prediction.probabilities) row.push_back(Probability(value));
    dataset::AppendCsvRow(row, &csv);
  }
  return csv;
}

// The folder to score on: the given one, or the one that the run was trained on.
fs::path DatasetFolder(const EvaluationRunOptions& options, const ModelInfo& info) {
  // info.dataset leads there from the folder itself, not from a link to it.
  return options.dataset.value_or((fs::weakly_canonical(options.run) / info.dataset).lexically_normal());
}

// Throws dataset::Error if the dataset of the run is no longer what it was.
void CheckDataset(const EvaluationRunOptions& options, const ModelInfo& info, const fs::path& folder,
                  const dataset::DatasetInfo& data) {
  if (!options.dataset && !IsDatasetOf(info, data)) {
    throw dataset::Error(
        folder,
        "is not what the run was trained on: it was made anew, perhaps of other photos under the same names, or is "
        "read with other options; give it as `dataset` to score it all the same");
  }
}

// Throws dataset::Error if the run has not come as far as to have weights.
void CheckHasWeights(const RunDirectory& run) {
  std::error_code error;
  if (!run.IsRun() || run.finished() || fs::exists(run.weights(), error)) return;
  throw dataset::Error(run.path(),
                       "has no weights yet: its first epoch was not finished; dtrain's option resume goes on with it");
}

// Whether the weights of a finished run are not those that its checkpoint keeps.
bool HasOtherWeights(const RunDirectory& run, const std::string& sha256) {
  const std::optional<fs::path> checkpoint = run.LatestCheckpoint();
  if (!checkpoint || !fs::exists(CheckpointBest(*checkpoint))) return false;
  return dataset::Sha256Hex(dataset::ReadFile(CheckpointBest(*checkpoint))) != sha256;
}

// The name of a dataset in that of a folder: of "photos.ds" it is "photos".
std::string NameOfDataset(const fs::path& dataset) {
  fs::path path = fs::weakly_canonical(dataset);
  if (!path.has_filename()) path = path.parent_path();
  std::string name = (path.extension() == ".ds" ? path.stem() : path.filename()).string();
  for (char& c : name) {
    if (static_cast<unsigned char>(c) < 0x80 && !std::isalnum(c) &&
        std::string_view("._-+").find(c) == std::string_view::npos)
      c = '_';
  }
  return name;
}

fs::path ResultFolder(const EvaluationRunOptions& options, const RunDirectory& run, const fs::path& dataset,
                      bool other_dataset) {
  if (options.output) return *options.output;
  const std::string split(dataset::NameOf(options.split));
  return run.evaluation(other_dataset ? NameOfDataset(dataset) + "-" + split : split);
}

// Returns the classes of the model that the dataset's labels are.
ClassMatch Match(const EvaluationRunOptions& options, const ModelInfo& info, const fs::path& folder,
                 const dataset::DatasetInfo& data) {
  ClassRenames renames;
  if (options.map) renames = ParseClassRenames(dataset::ReadFile(*options.map, kMaxMapBytes), options.map->string());
  return MatchClasses(data, *data.Find(options.split), info.classes, renames, folder);
}

int LoaderThreads(const EvaluationRunOptions& options) {
  return options.loader_threads > 0 ? options.loader_threads : DefaultLoaderThreads();
}

dataset::LoaderOptions MakeLoaderOptions(const EvaluationRunOptions& options, const TrainedModel& model,
                                         const fs::path& folder, dataset::BufferAllocator* allocator) {
  dataset::LoaderOptions loader;
  loader.folder = folder;
  loader.split = options.split;
  loader.augmentation = model.view;
  loader.order = dataset::Order::kSequential;
  loader.batch_size = options.batch_size;
  loader.threads = LoaderThreads(options);
  loader.memory = options.memory;
  loader.allocator = allocator;
  loader.max_bad = options.max_bad;
  loader.bad_slot = dataset::BadSlot::kEmpty;
  loader.bad_cure = kBadCure;
  return loader;
}

// Every sample of the loader's split; nullopt: stopped.
std::optional<Evaluation> Score(const EvaluationRunOptions& options, const Compute& compute, TrainedModel& model,
                                const ClassMatch& match, dataset::Loader& loader, dataset::Progress& progress) {
  progress.Start("evaluate", loader.samples());
  Evaluator evaluator(model.classifier, compute, model.normalization, StreamOf(loader),
                      static_cast<int>(model.info.classes.size()), model.info.loss);
  evaluator.SetClassOfLabel(match.class_of_label);
  std::optional<Evaluation> evaluation =
      evaluator.Run(options.stop, [&](int count) { progress.Advance(static_cast<uint64_t>(count)); });
  if (evaluation) progress.Finish();
  return evaluation;
}

}  // namespace

std::optional<EvaluationRunResult> RunEvaluation(const EvaluationRunOptions& options, dataset::Progress& progress,
                                                 const std::function<void(const EvaluationRunResult&)>& scored) {
  const RunDirectory run(options.run);
  const Compute compute = ResolveCompute(options.device, options.precision);
  PrepareProcess(options.compute_threads > 0 ? options.compute_threads : DefaultComputeThreads());
  CheckHasWeights(run);
  EvaluationRunResult result;
  result.finished = run.finished();
  TrainedModel model = OpenTrainedModel(run, compute);
  result.other_weights = result.finished && HasOtherWeights(run, model.weights_sha256);
  const fs::path folder = DatasetFolder(options, model.info);
  if (!options.dataset && !dataset::MayBeThere(folder)) {
    throw dataset::Error(folder, "is what the run was trained on, and is gone; if it has moved, name it as `dataset`");
  }
  dataset::DatasetInfo data = dataset::OpenDataset(folder, options.foreign);
  CheckDataset(options, model.info, folder, data);
  const std::string content = dataset::ContentHash(data);
  result.other_dataset = !IsDatasetOf(model.info, data);
  if (model.info.val_fraction && !result.other_dataset && options.split != dataset::Split::kTest) {
    data = dataset::WithValPart(folder, std::move(data), *model.info.val_fraction, LoaderThreads(options));
  }
  const dataset::ShardSet shards(folder, data, options.split);
  const ClassMatch match = Match(options, model.info, folder, data);
  result.classes = model.info.classes;
  result.absent = match.absent;
  result.folder = ResultFolder(options, run, folder, result.other_dataset);
  const EvaluationSubject subject{.dataset_fingerprint = data.fingerprint,
                                  .dataset_content = content,
                                  .split = std::string(dataset::NameOf(options.split)),
                                  .weights_sha256 = model.weights_sha256,
                                  .renames = match.renames};
  const EvaluationFolder results(result.folder, options.output ? FolderOwner::kAnyone : FolderOwner::kRun, subject,
                                 options.existing);

  const std::unique_ptr<dataset::BufferAllocator> allocator = MakeBatchAllocator(compute);
  dataset::Loader loader(data, MakeLoaderOptions(options, model, folder, allocator.get()));
  std::optional<Evaluation> evaluation = Score(options, compute, model, match, loader, progress);
  if (!evaluation) return std::nullopt;
  result.left_out = loader.bad_samples();
  result.other_depth = DepthOf(data) != model.info.depth;
  result.evaluation = std::move(*evaluation);
  if (scored) scored(result);
  results.Publish(PredictionsCsv(result.evaluation, result.classes, shards, dataset::SampleParser(data)),
                  EvaluationJson(result.evaluation, result.classes, subject, result.left_out.size(), result.finished),
                  options.sync);
  return result;
}

}  // namespace train

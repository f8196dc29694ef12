#include "tools/print/bench_report.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tools/cli/table.h"
#include "tools/cli/units.h"

namespace cli {

namespace {

using Json = nlohmann::ordered_json;
using Rows = std::vector<std::vector<std::string>>;

std::string Fixed(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.*f", digits, value);
  return text;
}

std::string Percent(double part) { return Fixed(100 * part, 0) + " %"; }

std::string Rate(double images_per_second) { return Fixed(images_per_second, 0); }

std::string Facts(const Rows& rows) {
  size_t width = 0;
  for (const auto& row : rows) width = std::max(width, row[0].size());
  std::string text;
  for (const auto& row : rows) text += row[0] + std::string(width - row[0].size() + 2, ' ') + row[1] + "\n";
  return text;
}

std::string LastLine(const BenchRun& run) { return Rate(run.benchmark.throughput.median()) + " images/s\n"; }

double Ratio(const dataset::ShuffleMeasure& measure) {
  return measure.uniform > 0 ? measure.found / measure.uniform : 1;
}

const BenchRun& Quickest(const std::vector<BenchRun>& runs) {
  return *std::max_element(runs.begin(), runs.end(), [](const BenchRun& a, const BenchRun& b) {
    return a.benchmark.throughput.median() < b.benchmark.throughput.median();
  });
}

std::string Shape(const BenchRun& run) {
  const std::string side = std::to_string(run.options.augmentation.image_size);
  return std::to_string(run.options.batch_size) + " x " + side + " x " + side + " x " +
         std::to_string(run.options.augmentation.channels) + " " + run.output;
}

uint64_t BatchBytes(const BenchRun& run) {
  const dataset::LoaderOptions& options = run.options;
  const uint64_t value = options.format == dataset::PixelFormat::kFloat32Nchw ? sizeof(float) : 1;
  const uint64_t side = static_cast<uint64_t>(options.augmentation.image_size);
  return value * side * side * static_cast<uint64_t>(options.augmentation.channels) *
         static_cast<uint64_t>(options.batch_size) * static_cast<uint64_t>(options.depth + 2);
}

std::string StagesLine(const dataset::LoaderShares& shares) {
  return "parse " + Percent(shares.parse) + ", decode " + Percent(shares.decode) + ", augment " +
         Percent(shares.augment) + ", collate " + Percent(shares.collate) + ", wait " +
         Percent(shares.segment_wait + shares.buffer_wait) + ", other " + Percent(shares.other) +
         " of the threads' time; read " + Percent(shares.read) + " of the time beside them";
}

std::string LimitLine(const dataset::LoaderShares& shares) {
  const dataset::LoaderLimit limit = LimitOf(shares);
  const std::string name(NameOf(limit));
  switch (limit) {
    case dataset::LoaderLimit::kDisk:
      return name + ": for " + Percent(shares.segment_wait) +
             " of the time nothing was made because the next records were not read yet";
    case dataset::LoaderLimit::kConsumer:
      return name + ": for " + Percent(shares.buffer_wait) +
             " of the time nothing was made because all batches were full";
    default:
      return name + ": no other stage takes so much of the threads' time, and they hardly wait";
  }
}

Json ToJson(const BenchRun& run) {
  const dataset::LoaderBenchmark& benchmark = run.benchmark;
  const dataset::Throughput& throughput = benchmark.throughput;
  Json json;
  json["images_per_second"] = throughput.median();
  json["images_per_second_overall"] = throughput.overall();
  json["windows"] = throughput.windows;
  json["first_batch_seconds"] = throughput.first_batch;
  json["warm_up_seconds"] = throughput.warm_up;
  json["seconds"] = throughput.seconds;
  json["images"] = throughput.images;
  json["batches"] = throughput.batches;
  json["samples"] = run.samples;
  json["cache"] = run.cache;
  json["output"] = run.output;
  json["threads"] = run.options.threads;
  json["processors"] = benchmark.processors;
  const dataset::LoaderShares shares = SharesOf(run);
  json["stages"] = {{"read", shares.read},
                    {"parse", shares.parse},
                    {"decode", shares.decode},
                    {"augment", shares.augment},
                    {"collate", shares.collate},
                    {"segment_wait", shares.segment_wait},
                    {"buffer_wait", shares.buffer_wait},
                    {"other", shares.other}};
  json["limit"] = NameOf(LimitOf(shares));
  json["queue"] = {{"mean", benchmark.stats.mean_queue()}, {"depth", run.options.depth}};
  json["memory"] = {{"held", benchmark.stats.bytes_held},
                    {"peak_held", benchmark.stats.bytes_peak},
                    {"batches", BatchBytes(run)},
                    {"resident", benchmark.usage.resident},
                    {"peak_resident", benchmark.usage.peak_resident}};
  json["in_memory"] = run.in_memory;
  json["bytes_read_per_epoch"] = benchmark.bytes_read_per_epoch ? Json(*benchmark.bytes_read_per_epoch) : Json();
  return json;
}

}  // namespace

dataset::LoaderShares SharesOf(const BenchRun& run) {
  return SharesOf(run.benchmark.stats, run.benchmark.throughput.seconds, run.options.threads);
}

std::string FormatBenchmark(const BenchRun& run) {
  const dataset::LoaderBenchmark& benchmark = run.benchmark;
  const dataset::Throughput& throughput = benchmark.throughput;
  const dataset::LoaderStats& stats = benchmark.stats;
  const dataset::LoaderShares shares = SharesOf(run);
  const auto [least, most] = std::minmax_element(throughput.windows.begin(), throughput.windows.end());
  Rows rows;
  rows.push_back({"split", std::string(NameOf(run.options.split)) + ", " + std::to_string(run.samples) + " images, " +
                               run.cache + ", " + (run.in_memory ? "all in memory" : "streamed through memory")});
  rows.push_back({"batches", Shape(run)});
  rows.push_back({"warm-up", Fixed(throughput.warm_up, 1) + " s after the first batch, which took " +
                                 Fixed(throughput.first_batch, 2) + " s"});
  rows.push_back({"measured", std::to_string(throughput.images) + " images in " + Fixed(throughput.seconds, 1) +
                                  " s, " + Rate(throughput.overall()) + " images/s; " +
                                  std::to_string(throughput.windows.size()) + " windows of " + Rate(*least) + " to " +
                                  Rate(*most)});
  rows.push_back(
      {"threads", std::to_string(run.options.threads) + ", " + Fixed(benchmark.processors, 2) + " processors busy"});
  rows.push_back({"stages", StagesLine(shares)});
  rows.push_back({"queue", Fixed(stats.mean_queue(), 1) + " of " + std::to_string(run.options.depth) +
                               " batches lay ready on average"});
  rows.push_back({"memory", HumanBytes(stats.bytes_held) + " held (at most " + HumanBytes(stats.bytes_peak) + "), " +
                                HumanBytes(BatchBytes(run)) + " of batches; " + HumanBytes(benchmark.usage.resident) +
                                " resident (at most " + HumanBytes(benchmark.usage.peak_resident) + ")"});
  rows.push_back({"limit", LimitLine(shares)});
  return Facts(rows) + LastLine(run);
}

std::string FormatBenchmarkJson(const BenchRun& run) { return ToJson(run).dump(2) + "\n"; }

std::string FormatThreads(const std::vector<BenchRun>& runs) {
  Rows rows = {{"threads", "images/s", "a thread", "processors busy"}};
  for (const BenchRun& run : runs) {
    const double rate = run.benchmark.throughput.median();
    rows.push_back({std::to_string(run.options.threads), Rate(rate), Rate(rate / run.options.threads),
                    Fixed(run.benchmark.processors, 2)});
  }
  return FormatTable(rows) + LastLine(Quickest(runs));
}

std::string FormatThreadsJson(const std::vector<BenchRun>& runs) {
  Json json = Json::array();
  for (const BenchRun& run : runs) json.push_back(ToJson(run));
  return json.dump(2) + "\n";
}

std::string FormatShuffle(const ShuffleRun& run) {
  Rows rows = {{"", "epoch 0", "uniform", "ratio", "storage"}};
  const auto add = [&](const char* name, int digits, const dataset::ShuffleMeasure& epoch, double storage) {
    rows.push_back({name, Fixed(epoch.found, digits), Fixed(epoch.uniform, digits), Fixed(Ratio(epoch), 3),
                    Fixed(storage, digits)});
  };
  add("classes a batch", 2, run.epoch.classes, run.storage.classes.found);
  add("displacement", 4, run.epoch.displacement, run.storage.displacement.found);
  add("neighbours", 4, run.epoch.neighbours, run.storage.neighbours.found);
  return Facts({{"split", std::string(NameOf(run.options.split)) + ", " + std::to_string(run.samples) + " images of " +
                              std::to_string(run.classes) + " classes, " +
                              (run.in_memory ? "all in memory" : "streamed through memory")},
                {"batches", std::to_string(run.options.batch_size) + " images"}}) +
         FormatTable(rows) + Fixed(100 * Ratio(run.epoch.classes), 1) +
         " % of the classes a batch that uniform sampling gives\n";
}

std::string FormatShuffleJson(const ShuffleRun& run) {
  const auto measure = [](const dataset::ShuffleMeasure& epoch, const dataset::ShuffleMeasure& storage) {
    return Json{{"epoch", epoch.found}, {"uniform", epoch.uniform}, {"storage", storage.found}};
  };
  Json json;
  json["samples"] = run.samples;
  json["classes"] = run.classes;
  json["batch_size"] = run.options.batch_size;
  json["in_memory"] = run.in_memory;
  json["classes_per_batch"] = measure(run.epoch.classes, run.storage.classes);
  json["displacement"] = measure(run.epoch.displacement, run.storage.displacement);
  json["neighbours"] = measure(run.epoch.neighbours, run.storage.neighbours);
  return json.dump(2) + "\n";
}

}  // namespace cli

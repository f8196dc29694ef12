#include "tools/bench_report.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tools/table.h"
#include "tools/units.h"

namespace cli {

namespace {

using Json = nlohmann::ordered_json;
using Rows = std::vector<std::vector<std::string>>;

std::string Fixed(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.*f", digits, value);
  return text;
}

std::string Rate(double images_per_second) { return Fixed(images_per_second, 0); }

std::string Facts(const Rows& rows) {
  size_t width = 0;
  for (const auto& row : rows) width = std::max(width, row[0].size());
  std::string text;
  for (const auto& row : rows) text += row[0] + std::string(width - row[0].size() + 2, ' ') + row[1] + "\n";
  return text;
}

std::string LastLine(const BenchRun& run) { return Rate(run.benchmark.throughput.median()) + " images/s\n"; }

const BenchRun& Quickest(const std::vector<BenchRun>& runs) {
  return *std::max_element(runs.begin(), runs.end(), [](const BenchRun& a, const BenchRun& b) {
    return a.benchmark.throughput.median() < b.benchmark.throughput.median();
  });
}

std::string Shape(const BenchRun& run) {
  const std::string side = std::to_string(run.options.augmentation.image_size);
  return "batches of " + std::to_string(run.options.batch_size) + " x " + side + " x " + side + " x " +
         std::to_string(run.options.augmentation.channels) + " " + run.output;
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
  json["threads"] = run.options.threads;
  json["processors"] = benchmark.processors;
  json["memory"] = {{"resident", benchmark.usage.resident}, {"peak_resident", benchmark.usage.peak_resident}};
  json["bytes_read_per_epoch"] = benchmark.bytes_read_per_epoch ? Json(*benchmark.bytes_read_per_epoch) : Json();
  return json;
}

}  // namespace

std::string FormatBenchmark(const BenchRun& run) {
  const dataset::LoaderBenchmark& benchmark = run.benchmark;
  const dataset::Throughput& throughput = benchmark.throughput;
  const auto [least, most] = std::minmax_element(throughput.windows.begin(), throughput.windows.end());
  return Facts(
             {{"output", Shape(run)},
              {"warm-up", Fixed(throughput.warm_up, 1) + " s after the first batch, which took " +
                              Fixed(throughput.first_batch, 2) + " s"},
              {"measured", std::to_string(throughput.images) + " images in " + Fixed(throughput.seconds, 1) + " s, " +
                               Rate(throughput.overall()) + " images/s; " + std::to_string(throughput.windows.size()) +
                               " windows of " + Rate(*least) + " to " + Rate(*most)},
              {"processors", Fixed(benchmark.processors, 2) + " busy, for " + std::to_string(run.options.threads) +
                                 (run.options.threads == 1 ? " thread" : " threads")},
              {"memory", HumanBytes(benchmark.usage.resident) + " resident, " +
                             HumanBytes(benchmark.usage.peak_resident) + " at most"}}) +
         LastLine(run);
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

}  // namespace cli

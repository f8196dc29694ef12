// Says what a dataset or a TFRecord file holds.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <memory>
#include <numeric>
#include <string>
#include <variant>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/base/number_text.h"
#include "dataset/base/utf8.h"
#include "dataset/catalog/dataset_info.h"
#include "dataset/read/foreign_dataset.h"
#include "dataset/read/open_dataset.h"
#include "dataset/record/example.h"
#include "dataset/record/record_reader.h"
#include "dataset/sample/store.h"
#include "tools/cli/cli.h"
#include "tools/cli/table.h"
#include "tools/flags/dataset_flags.h"
#include "tools/inspect_commands.h"

namespace {

namespace fs = std::filesystem;

using Rows = std::vector<std::vector<std::string>>;

// Prints lines of the form "name   value".
void PrintFacts(const Rows& facts) {
  size_t width = 0;
  for (const auto& fact : facts) width = std::max(width, fact[0].size());
  for (const auto& fact : facts)
    std::cout << fact[0] << std::string(width + 2 - fact[0].size(), ' ') << fact[1] << '\n';
}

std::string Pictures(const dataset::DatasetInfo& info) {
  const std::string channels = info.channels == 0 ? "grey or RGB, as the source" : info.channels == 1 ? "grey" : "RGB";
  if (info.width > 0) return channels + ", " + std::to_string(info.width) + " x " + std::to_string(info.height);
  return channels + (info.resize == 0 ? ", size of the source" : ", short side at most " + std::to_string(info.resize));
}

std::string StoreFacts(const dataset::DatasetInfo& info) {
  std::string facts(dataset::NameOf(info.store));
  if (info.store == dataset::Store::kCompressed) facts += ", quality " + std::to_string(info.quality);
  if (info.store == dataset::Store::kNormalized)
    facts += ", " + std::string(NameOf(info.scale.mode)) + ", " + std::string(NameOf(info.scale.dtype));
  if (info.compression != dataset::RecordCompression::kNone) {
    facts += ", shards as " + std::string(dataset::NameOf(info.compression));
  }
  return facts;
}

// Returns the labels that get a line: all, but of more classes without records than a few none. In other programs'
// files labels may be any numbers.
std::vector<size_t> ListedLabels(const dataset::DatasetInfo& info) {
  constexpr size_t kEmptyListed = 10;
  std::vector<size_t> all(info.classes.size()), used;
  std::iota(all.begin(), all.end(), size_t{0});
  std::copy_if(all.begin(), all.end(), std::back_inserter(used), [&](size_t label) {
    return std::any_of(info.splits.begin(), info.splits.end(),
                       [&](const dataset::DatasetSplit& split) { return split.records_per_class[label] > 0; });
  });
  return all.size() - used.size() > kEmptyListed ? used : all;
}

// Returns a table of the records per class and split, then of the totals, rejects, shards and bytes of each split.
std::string FormatSplits(const dataset::DatasetInfo& info) {
  const std::vector<size_t> labels = ListedLabels(info);
  Rows rows = {{"class"}};
  for (const size_t label : labels) rows.push_back({info.classes[label]});
  std::vector<std::string> records = {"records"}, rejected = {"rejected"}, shards = {"shards"}, bytes = {"bytes"};
  const size_t empty = info.classes.size() - labels.size();
  if (empty > 0) rows.push_back({"(" + std::to_string(empty) + " classes without records)"});
  for (const dataset::DatasetSplit& split : info.splits) {
    rows[0].emplace_back(dataset::NameOf(split.split));
    for (size_t i = 0; i < labels.size(); ++i) {
      rows[i + 1].push_back(std::to_string(split.records_per_class[labels[i]]));
    }
    if (empty > 0) rows.back().emplace_back("0");
    uint64_t sum = 0;
    for (const dataset::ShardInfo& shard : split.shards) sum += shard.bytes;
    records.push_back(std::to_string(split.records));
    rejected.push_back(std::to_string(split.rejected));
    shards.push_back(std::to_string(split.shards.size()));
    bytes.push_back(cli::HumanBytes(sum));
  }
  rows.insert(rows.end(), {records, rejected, shards, bytes});
  return cli::FormatTable(rows);
}

Rows ForeignFacts(const dataset::DatasetInfo& info) {
  Rows facts = {{"files", info.root}};
  const bool floats = info.store == dataset::Store::kNormalized;
  facts.push_back({"pictures", floats ? "float32 pixels, " + std::string(NameOf(info.scale.mode))
                               : info.store == dataset::Store::kRaw ? "uint8 pixels"
                                                                    : "image files"});
  facts.push_back({"classes", std::to_string(info.classes.size())});
  if (info.foreign->label_base != 0) facts.push_back({"first label", std::to_string(info.foreign->label_base)});
  facts.push_back({"fingerprint", info.fingerprint});
  facts.push_back({"written by", "another program"});
  return facts;
}

void SummariseDataset(const fs::path& path, const dataset::ForeignOptions& foreign) {
  const dataset::DatasetInfo info = dataset::OpenDataset(path, foreign);
  for (const std::string& note : info.notes) cli::Warn(note);
  if (info.foreign) {
    PrintFacts(ForeignFacts(info));
    std::cout << '\n' << FormatSplits(info);
    return;
  }
  Rows facts = {{"name", info.name}, {"store", StoreFacts(info)}, {"pictures", Pictures(info)}};
  if (info.depth.kind == dataset::Depth::Kind::kRange) {
    facts.push_back({"depth", dataset::FormatNumber(info.depth.low) + " to " + dataset::FormatNumber(info.depth.high) +
                                  " became 0 to 255, of more than 8 bits"});
  }
  const Rows origin = {{"classes", std::to_string(info.classes.size())},
                       {"root", info.root},
                       {"manifest", "sha256 " + info.manifest_sha256},
                       {"seed", std::to_string(info.seed)},
                       {"fingerprint", info.fingerprint},
                       {"written by", "dscompile " + info.tool_version}};
  facts.insert(facts.end(), origin.begin(), origin.end());
  PrintFacts(facts);
  std::cout << '\n' << FormatSplits(info);
}

std::string FormatFeature(const dataset::Feature& feature) {
  if (const auto* texts = std::get_if<std::vector<std::string>>(&feature)) {
    if (texts->size() != 1) return std::to_string(texts->size()) + " byte strings";
    constexpr size_t kShown = 80;
    const std::string& text = texts->front();
    const std::string facts = "bytes, " + std::to_string(text.size()) + " long";
    return text.size() > kShown || !dataset::IsUtf8(text) ? facts : facts + ": " + dataset::Printable(text);
  }
  if (const auto* reals = std::get_if<std::vector<float>>(&feature)) return std::to_string(reals->size()) + " floats";
  if (const auto* integers = std::get_if<std::vector<int64_t>>(&feature)) {
    return integers->size() == 1 ? "int64, " + std::to_string(integers->front())
                                 : std::to_string(integers->size()) + " int64s";
  }
  return "empty";
}

void SummariseFile(const fs::path& path) {
  dataset::RecordReader reader(path);
  uint64_t bytes = 0;
  Rows keys;
  while (const auto payload = reader.Next()) {
    bytes += payload->size();
    if (reader.records() > 1) continue;
    try {
      for (const auto& [key, feature] : dataset::ParseExample(*payload, {})) {
        keys.push_back({"  " + key, FormatFeature(feature)});
      }
    } catch (const dataset::Error&) {
      keys.push_back({"  (no Example)", std::to_string(payload->size()) + " bytes"});
    }
  }
  const char* const compressions[] = {"none", "GZIP", "ZLIB"};
  PrintFacts({{"records", std::to_string(reader.records())},
              {"payload", cli::HumanBytes(bytes)},
              {"file", cli::HumanBytes(fs::file_size(path))},
              {"compression", compressions[static_cast<int>(reader.compression())]}});
  if (keys.empty()) return;
  std::cout << "\nfirst record\n";
  PrintFacts(keys);
}

int Summarise(const fs::path& path, const dataset::ForeignOptions& foreign) {
  const bool file = fs::exists(path) && !fs::is_directory(path) && foreign == dataset::ForeignOptions();
  file ? SummariseFile(path) : SummariseDataset(path, foreign);
  return cli::kDone;
}

}  // namespace

int main(int argc, char** argv) {
  const cli::Tool tool = {
      .name = "dsinspect",
      .what = "Says what a dataset or a TFRecord file holds, checks it, prints and draws it",
      .examples = {{"Count the records of each class and split", "dsinspect photos.ds"},
                   {"Look into the first record of a TFRecord file, of any origin",
                    "dsinspect photos.ds/photos-val.tfrecord-00000-of-00001"},
                   {"Check that nothing is damaged", "dsinspect verify photos.ds"},
                   {"Draw some images of each class on one sheet", "dsinspect sheet photos.ds -o sheet.jpg"},
                   {"See what training would make of the images",
                    "dsinspect augment photos.ds --preset strong -o augmented.jpg"}},
      .groups = {"Input"}};
  return cli::RunTool(argc, argv, tool, [](CLI::App& app) -> cli::Body {
    auto path = std::make_shared<std::string>();
    auto flags = std::make_shared<cli::DatasetFlags>();
    app.add_option("path", *path, cli::kDatasetPath)->group("Input");
    cli::AddDatasetFlags(&app, flags.get());
    const std::vector<cli::Command> commands = cli::AddInspectCommands(&app);
    return [path, flags, commands] {
      for (const cli::Command& command : commands) {
        if (command.app->parsed()) return command.body();
      }
      if (path->empty()) throw dataset::Error::Usage("path: is missing");
      return Summarise(*path, cli::MakeForeignOptions(*flags));
    };
  });
}

#include "dataset/inspect/dataset_diff.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <variant>

#include "dataset/base/error.h"
#include "dataset/base/jobs.h"
#include "dataset/base/number_text.h"
#include "dataset/base/sha256.h"
#include "dataset/base/utf8.h"
#include "dataset/catalog/dataset_info.h"
#include "dataset/read/record_stream.h"
#include "dataset/record/example.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

struct Item {
  std::string name;        // image/filename; empty: none
  std::string sha256;      // of everything but name and class
  std::string class_name;  // for a single file: label and name, as far as they are there
  std::optional<Split> split;
  uint64_t number = 0;

  auto Key() const { return std::tie(name, name.empty() ? sha256 : name); }
  bool operator<(const Item& other) const {
    return std::tuple_cat(Key(), std::tie(sha256, split, number)) <
           std::tuple_cat(other.Key(), std::tie(other.sha256, other.split, other.number));
  }
  std::string ToString() const {
    const std::string folder = split ? std::string(NameOf(*split)) + "/" : "";
    return folder + (name.empty() ? "record " + std::to_string(number) : Printable(name));
  }
};

// Takes a feature out of the Example. Returns nullopt, and takes nothing, if it is not one value of this type.
template <typename Value>
std::optional<Value> Take(std::string_view key, ExampleView* example) {
  const auto found = example->find(key);
  if (found == example->end()) return std::nullopt;
  const auto* list = std::get_if<std::vector<Value>>(&found->second);
  if (list == nullptr || list->size() != 1) return std::nullopt;
  const Value value = list->front();
  example->erase(found);
  return value;
}

void Describe(std::string_view payload, const SampleKeys& keys, Item* item) {
  ExampleView example;
  try {
    example = ParseExampleView(payload, {});
  } catch (const Error&) {
    item->sha256 = Sha256Hex(payload);
    return;
  }
  item->name = Take<std::string_view>(keys.Of(Role::kFilename), &example).value_or("");
  item->class_name = Take<std::string_view>(keys.Of(Role::kText), &example).value_or("");
  const auto label = Take<int64_t>(keys.Of(Role::kLabel), &example);
  // Two datasets may number their classes differently. This is one difference, and not one for each sample.
  if (label && !(item->split && !item->class_name.empty())) {
    item->class_name = std::to_string(*label) + (item->class_name.empty() ? "" : " " + item->class_name);
  }
  item->sha256 = Sha256Hex(SerializeExample(example));
}

std::vector<Item> ReadItems(RecordStream* stream, Progress& progress) {
  const SampleKeys keys = stream->info() ? stream->info()->keys : SampleKeys();
  std::deque<Item> items;  // jobs keep pointers to their own
  RunJobs([&]() -> std::optional<Job> {
    const auto record = stream->Next();
    if (!record) return std::nullopt;
    Item* item = &items.emplace_back();
    item->split = record->split;
    item->number = record->number;
    return [item, payload = std::string(record->payload), &keys, &progress] {
      Describe(payload, keys, item);
      progress.Advance(1);
    };
  });
  std::vector<Item> sorted(std::make_move_iterator(items.begin()), std::make_move_iterator(items.end()));
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

class Comparison {
 public:
  const DatasetDiff& diff() const { return diff_; }

  void CompareInfos(const DatasetInfo& a, const DatasetInfo& b) {
    Compare("manifest", "sha256 " + a.manifest_sha256, "sha256 " + b.manifest_sha256);
    CompareMaps("", a.options, b.options);
    Compare("values of more than 8 bits", DepthText(a.depth), DepthText(b.depth));
    CompareClasses(a.classes, b.classes);
    for (const Split split : kSplits)
      CompareMaps("split " + std::string(NameOf(split)), Counts(a, split), Counts(b, split));
  }

  void CompareItems(const std::vector<Item>& a, const std::vector<Item>& b) {
    uint64_t elsewhere = 0;
    auto i = a.begin(), j = b.begin();
    while (i != a.end() || j != b.end()) {
      if (j == b.end() || (i != a.end() && i->Key() < j->Key())) {
        diff_.only_a.push_back((i++)->ToString());
      } else if (i == a.end() || j->Key() < i->Key()) {
        diff_.only_b.push_back((j++)->ToString());
      } else {
        CompareItem(*i, *j);
        if (i->number != j->number) ++elsewhere;
        ++i, ++j;
      }
    }
    // One sample more or less moves all that follow, so their places then tell nothing.
    const bool same_samples = diff_.only_a.empty() && diff_.only_b.empty() && diff_.moved.empty();
    if (same_samples && elsewhere > 0)
      diff_.facts.push_back("order: " + std::to_string(elsewhere) + " records have another place");
  }

 private:
  using Map = std::map<std::string, std::string>;

  void Compare(const std::string& what, const std::string& a, const std::string& b) {
    if (a != b) diff_.facts.push_back(Printable(what) + ": " + Printable(a) + " -> " + Printable(b));
  }

  void CompareMaps(const std::string& what, const Map& a, const Map& b) {
    Map keys = a;
    keys.insert(b.begin(), b.end());
    const auto value = [](const Map& map, const std::string& key) {
      const auto found = map.find(key);
      return found == map.end() ? "none" : found->second;
    };
    for (const auto& [key, unused] : keys) {
      Compare(what.empty() ? key : what + ", " + key, value(a, key), value(b, key));
    }
  }

  void CompareClasses(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    const auto list_missing = [&](const std::vector<std::string>& from, std::vector<std::string> in,
                                  const char* where) {
      std::sort(in.begin(), in.end());
      for (const std::string& name : from) {
        if (!std::binary_search(in.begin(), in.end(), name)) {
          diff_.facts.push_back("class " + Printable(name) + ": only in " + where);
        }
      }
    };
    const size_t before = diff_.facts.size();
    list_missing(a, b, "A");
    list_missing(b, a, "B");
    if (a != b && diff_.facts.size() == before) diff_.facts.push_back("classes: the same in another order");
  }

  static std::string DepthText(const Depth& depth) {
    if (depth.kind == Depth::Kind::kHighByte) return "high byte";
    return FormatNumber(depth.low) + " to " + FormatNumber(depth.high);
  }

  static Map Counts(const DatasetInfo& info, Split split) {
    const DatasetSplit* const described = info.Find(split);
    if (described == nullptr) return {};
    Map counts = {{"records", std::to_string(described->records)},
                  {"rejected", std::to_string(described->rejected)},
                  {"shards", std::to_string(described->shards.size())}};
    for (size_t label = 0; label < info.classes.size(); ++label) {
      counts["class " + info.classes[label]] = std::to_string(described->records_per_class[label]);
    }
    return counts;
  }

  void CompareItem(const Item& a, const Item& b) {
    const std::string name = a.name.empty() ? a.ToString() : Printable(a.name);
    if (a.split != b.split) {
      diff_.moved.push_back(name + ": " + std::string(NameOf(*a.split)) + " -> " + std::string(NameOf(*b.split)));
    }
    if (a.class_name != b.class_name) {
      diff_.relabelled.push_back(name + ": " + Printable(a.class_name) + " -> " + Printable(b.class_name));
    }
    if (a.sha256 != b.sha256) diff_.changed.push_back(name);
  }

  DatasetDiff diff_;
};

}  // namespace

bool DatasetDiff::Equal() const {
  return facts.empty() && only_a.empty() && only_b.empty() && moved.empty() && relabelled.empty() && changed.empty();
}

DatasetDiff DiffDatasets(const fs::path& a, const fs::path& b, Progress& progress) {
  RecordStream stream_a(a, {}), stream_b(b, {});
  if (stream_a.info().has_value() != stream_b.info().has_value()) {
    throw Error::Usage("a dataset folder and a file cannot be compared: " + a.string() + ", " + b.string());
  }
  progress.Start("comparing", stream_a.records() + stream_b.records());
  const std::vector<Item> items_a = ReadItems(&stream_a, progress), items_b = ReadItems(&stream_b, progress);
  Comparison comparison;
  if (stream_a.info()) comparison.CompareInfos(*stream_a.info(), *stream_b.info());
  comparison.CompareItems(items_a, items_b);
  progress.Finish();
  return comparison.diff();
}

}  // namespace dataset

#include "dataset/read/foreign_notes.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "dataset/base/message_text.h"
#include "dataset/base/utf8.h"

namespace dataset {
namespace {

constexpr size_t kMostSparse = 10;  // more classes than this for each one with records are no numbering of classes

// Returns the records of each class in all splits.
std::vector<uint64_t> CountClasses(const DatasetInfo& info) {
  std::vector<uint64_t> counts(info.classes.size());
  for (const DatasetSplit& split : info.splits) {
    for (size_t label = 0; label < counts.size(); ++label) counts[label] += split.records_per_class[label];
  }
  return counts;
}

void NoteLabels(const ForeignSource& source, const ForeignOptions& options, DatasetInfo* info) {
  const std::vector<uint64_t> counts = CountClasses(*info);
  const auto has_records = [](uint64_t count) { return count > 0; };
  const auto first = std::find_if(counts.begin(), counts.end(), has_records);
  const auto used = static_cast<size_t>(std::count_if(first, counts.end(), has_records));
  if (source.class_map.empty() && used * kMostSparse < counts.size()) {
    info->notes.push_back("only " + std::to_string(used) + " of " + std::to_string(counts.size()) +
                          " classes have records: labels go up to " +
                          std::to_string(counts.size() - 1 + info->foreign->label_base) +
                          ", and no option numbers them anew");
  } else if (first != counts.begin() && first != counts.end() && !options.label_base) {
    const std::string least = std::to_string(first - counts.begin());
    info->notes.push_back("the smallest label is " + least + ", so class 0 (" + info->classes[0] +
                          ") has no records; if labels count from " + least + ", `label_base` " + least + " says so");
  }
}

void NoteConstantSplits(DatasetInfo* info) {
  const auto used = [](const DatasetSplit& split) {
    return std::count_if(split.records_per_class.begin(), split.records_per_class.end(),
                         [](uint32_t records) { return records > 0; });
  };
  const DatasetSplit* const train = info->Find(Split::kTrain);
  if (train == nullptr || used(*train) < 2) return;
  for (const DatasetSplit& split : info->splits) {
    if (split.records < 2 || used(split) != 1) continue;
    const auto label = std::find(split.records_per_class.begin(), split.records_per_class.end(), split.records) -
                       split.records_per_class.begin();
    info->notes.push_back("all " + std::to_string(split.records) + " records of " + std::string(NameOf(split.split)) +
                          " are of class " + info->classes[static_cast<size_t>(label)] +
                          "; perhaps that is no label, but stands for none");
  }
}

}  // namespace

std::string NoteOfEmptyFiles(const std::vector<std::filesystem::path>& empty, size_t files) {
  if (empty.empty()) return "";
  return std::to_string(empty.size()) + " of its " + Counted(files, "file") + (empty.size() == 1 ? " has" : " have") +
         " no records" + (empty.size() == 1 ? ": " : ", the first ") + Printable(empty.front().string());
}

void AddForeignNotes(const ForeignSource& source, const ForeignOptions& options, DatasetInfo* info) {
  info->notes.insert(info->notes.end(), source.notes.begin(), source.notes.end());
  if (!source.files.front().told && !std::filesystem::is_regular_file(info->root)) {
    info->notes.push_back("the names of its files tell no split, so all " + std::to_string(source.files.size()) +
                          " are train");
  }
  if (source.deep > 0) {
    info->notes.push_back(std::to_string(source.deep) + " of its first " +
                          Counted(static_cast<uint64_t>(source.looked), "picture") +
                          (source.deep == 1 ? " has" : " have") +
                          " more than 8 bits a channel, of which the high 8 are used; if they hold less, dsplit and "
                          "dscompile make a dataset of the picture files that fits their range");
  }
  NoteLabels(source, options, info);
  NoteConstantSplits(info);
}

}  // namespace dataset

#include "dataset/source/list_values.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/base/message_text.h"
#include "dataset/base/utf8.h"
#include "dataset/io/table_reader.h"
#include "dataset/source/no_value.h"

namespace dataset {
namespace {

class Finisher {
 public:
  Finisher(const std::string& file, SampleList* list) : file_(file), list_(*list) {}

  // Returns whether the samples have got their splits.
  bool SetSplits(const std::vector<std::string>& texts, bool certain) {
    std::vector<std::optional<Split>> splits;
    for (const std::string& text : texts) splits.push_back(ParseSplit(Trimmed(text)));
    const auto known = std::count_if(splits.begin(), splits.end(), [](const auto& split) { return split.has_value(); });
    // A column that mostly holds splits has a slip of the pen; to deal its rows anew would undo them all.
    if (!certain && 2 * static_cast<size_t>(known) <= texts.size()) return false;
    for (size_t i = 0; i < texts.size(); ++i) {
      if (splits[i]) continue;
      Fail(list_.samples[i], "split " + Quoted(texts[i]) + " is none of train, val, test; correct it, or rename the " +
                                 "column if it is no split");
    }
    for (size_t i = 0; i < splits.size(); ++i) list_.samples[i].split = splits[i];
    return !splits.empty();
  }

  void CheckValues() {
    size_t blanks = 0;
    const ListedSample* first = nullptr;
    for (ListedSample& sample : list_.samples) {
      const std::string_view label = Trimmed(sample.label);
      if (sample.path.find_first_of("\r\n") != std::string::npos) {
        Fail(sample, "path " + Quoted(sample.path) + " has a line break; correct it, or rename the file");
      }
      if (Trimmed(sample.path).empty()) Fail(sample, "the path is empty; write it, or remove the row");
      if (label.empty()) Fail(sample, "the label is empty; write the class, or remove the row");
      if (HasControlCharacter(label)) Fail(sample, "label " + Quoted(label) + " has a control character");
      if (label.size() < sample.label.size()) {
        ++blanks;
        if (first == nullptr) first = &sample;
        sample.label = std::string(label);
      }
      sample.extra = std::string(Trimmed(sample.extra));
    }
    if (blanks > 0) {
      list_.notes.push_back("blanks around " + Counted(blanks, "label") + " are left out, the first in " +
                            list_.PlaceOf(*first));
    }
  }

  void MakeNumbersWhole() {
    const auto is_whole_float = [](const ListedSample& sample) {
      const std::string_view label = sample.label;
      const size_t dot = label.find('.');
      return dot != label.npos && dot > 0 && dot + 1 < label.size() && label.find_first_not_of("0123456789") == dot &&
             label.find_first_not_of('0', dot + 1) == label.npos;
    };
    if (!std::all_of(list_.samples.begin(), list_.samples.end(), is_whole_float)) return;
    list_.notes.push_back("labels such as " + list_.samples.front().label + " are read as whole numbers");
    for (ListedSample& sample : list_.samples) sample.label.resize(sample.label.find('.'));
  }

  // Of columns whose names do not say that they give the splits.
  void WarnOfUnusedSplits(const ListColumns& columns, const SplitNames& names) {
    for (size_t i = 0; i < columns.names.size(); ++i) {
      if (!names.Only(i) || i == columns.path || i == columns.extra) continue;
      const std::string column = columns.header ? Quoted(columns.names[i]) : std::to_string(i + 1);
      list_.warnings.push_back(
          i == columns.label
              ? "all labels are names of splits, and classes here; `columns` names another column of labels"
              : "column " + column + " is not used, but holds nothing but names of splits; a column of the name " +
                    "\"split\" gives the splits");
    }
  }

  void WarnOfLabels() {
    std::map<std::string_view, std::pair<size_t, const ListedSample*>> labels;
    for (const ListedSample& sample : list_.samples) {
      auto& [count, first] = labels.try_emplace(sample.label, 0, &sample).first->second;
      ++count;
    }
    for (const auto& [label, seen] : labels) {
      const std::string where = Counted(seen.first, "sample") + ", the first in " + list_.PlaceOf(*seen.second);
      if (IsNoValue(label)) {
        list_.warnings.push_back("label " + Quoted(label) + " (" + where + ") is a class here; is it a missing value?");
      }
    }
    WarnOfJoinedLabels(labels);
  }

 private:
  [[noreturn]] void Fail(const ListedSample& sample, const std::string& cause) const {
    throw Error(file_, list_.PlaceOf(sample) + ": " + cause);
  }

  // Labels such as "cat dog" beside "cat" and "dog".
  void WarnOfJoinedLabels(const std::map<std::string_view, std::pair<size_t, const ListedSample*>>& labels) {
    size_t joined = 0;
    std::string_view first;
    const ListedSample* where = nullptr;
    for (const auto& [label, seen] : labels) {
      size_t parts = 0;
      bool all = true;
      for (size_t begin = 0; begin < label.size();) {
        const size_t end = std::min(label.find_first_of(" ,;|/+", begin), label.size());
        if (end > begin) {
          ++parts;
          all = all && labels.contains(label.substr(begin, end - begin));
        }
        begin = end + 1;
      }
      if (parts < 2 || !all) continue;
      if (joined++ > 0) continue;
      first = label;
      where = seen.second;
    }
    if (joined == 0) return;
    list_.warnings.push_back(Counted(joined, "label") + " made of other labels, the first " + Quoted(first) + " in " +
                             list_.PlaceOf(*where) + ": a picture has one class here, so " +
                             (joined == 1 ? "it is a class" : "each is a class") + " of its own");
  }

  const std::string& file_;
  SampleList& list_;
};

}  // namespace

void SplitNames::Add(size_t column, std::string_view text) {
  if (only_[column] != 0 && !ParseSplit(Trimmed(text))) only_[column] = 0;
}

void FinishSampleList(const ListColumns& columns, const std::vector<std::string>& splits, const SplitNames& names,
                      const std::string& format, const std::string& file, SampleList* list) {
  if (list->samples.empty()) throw Error(file, "lists no samples");
  Finisher finisher(file, list);
  const bool has_splits = finisher.SetSplits(splits, columns.split_is_certain);
  list->notes.push_back("read as " + format + ", " + Counted(list->samples.size(), "sample") + "; " +
                        columns.Description(has_splits));
  finisher.CheckValues();
  finisher.MakeNumbersWhole();
  finisher.WarnOfLabels();
  if (!has_splits) finisher.WarnOfUnusedSplits(columns, names);
}

}  // namespace dataset

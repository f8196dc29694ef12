#include "dataset/source/list_columns.h"

#include <algorithm>
#include <span>
#include <string_view>

#include "dataset/base/error.h"
#include "dataset/base/message_text.h"
#include "dataset/base/utf8.h"
#include "dataset/io/table_reader.h"

namespace dataset {
namespace {

using NameList = std::vector<std::string>;

constexpr size_t kNone = ListColumns::kNone;
// In the order of preference, as ColumnKey writes them.
constexpr std::string_view kPathNames[] = {
    "path",     "file",    "filepath",   "file_path", "filename",   "file_name", "image_path", "imagepath",
    "img_path", "image",   "image_file", "imagefile", "image_name", "imagename", "img",        "img_name",
    "photo",    "picture", "image_id",   "imageid",   "id",         "id_code",   "name"};
constexpr std::string_view kLabelNames[] = {"label",    "class",         "class_name", "classname",
                                            "category", "category_name", "label_name", "target",
                                            "species",  "breed",         "diagnosis",  "y"};
constexpr std::string_view kOtherSplitNames[] = {"subset", "partition", "set", "phase"};
constexpr std::string_view kFold = "fold";

std::string Joined(const NameList& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + Printable(name);
  return text;
}

bool Has(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool IsSplitName(std::string_view key) { return key == "split" || key == kFold || Has(kOtherSplitNames, key); }

// Whether a text looks like the path of a picture rather than like the name of a column or class.
bool LooksLikePath(const std::string& text) {
  constexpr size_t kLongestExtension = 5;
  if (text.find_first_of("/\\") != text.npos) return true;
  const std::string_view trimmed = Trimmed(text);
  const size_t dot = trimmed.rfind('.');
  if (dot == trimmed.npos || dot == 0 || trimmed.size() - dot > kLongestExtension + 1 || dot + 1 == trimmed.size()) {
    return false;
  }
  return std::any_of(trimmed.begin() + static_cast<ptrdiff_t>(dot), trimmed.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

class Chooser {
 public:
  Chooser(const NameList& first_row, const SampleListOptions& options, const std::string& file,
          const std::string& where)
      : row_(first_row), options_(options), file_(file), where_(where) {
    SetNames(row_);
  }

  // `members`: the names of all objects; nullptr: the first row is of a table.
  ListColumns Choose(const NameList* members) {
    CheckColumnNames(options_);
    if (options_.columns) {
      ChooseGiven(members != nullptr);
    } else {
      ChooseUsual(members != nullptr);
    }
    if (columns_.path == columns_.label) Fail("one column cannot hold both the path and the label");
    if (members != nullptr) SetNames(*members);
    if (!options_.extra_column.empty()) {
      columns_.extra = Find(options_.extra_column);
      if (columns_.extra == kNone) throw Error(file_, "has no column " + Quoted(options_.extra_column));
    }
    columns_.split = FindKey("split");
    columns_.split_is_certain = columns_.split != kNone;
    if (columns_.split == kNone) columns_.split = FindFirst(kOtherSplitNames);
    if (columns_.split == columns_.path || columns_.split == columns_.label) columns_.split = kNone;
    return std::move(columns_);
  }

 private:
  [[noreturn]] void Fail(const std::string& cause) const { throw Error(file_, where_ + ": " + cause); }

  void SetNames(const NameList& names) {
    columns_.names = names;
    keys_.clear();
    for (const std::string& name : names) keys_.push_back(ColumnKey(name));
  }

  size_t Only(const NameList& names, std::string_view wanted) const {
    const auto found = std::find(names.begin(), names.end(), wanted);
    if (found == names.end()) return kNone;
    if (std::find(found + 1, names.end(), wanted) != names.end()) {
      Fail("column " + Quoted(wanted) + " comes twice; rename the one that is not meant");
    }
    return static_cast<size_t>(found - names.begin());
  }

  size_t FindKey(std::string_view key) const { return key.empty() ? kNone : Only(keys_, key); }

  // A name as written goes before one in other letters.
  size_t Find(const std::string& name) const {
    const size_t exact = Only(columns_.names, name);
    return exact != kNone ? exact : FindKey(ColumnKey(name));
  }

  size_t FindFirst(std::span<const std::string_view> known) const {
    for (const std::string_view name : known) {
      if (const size_t found = FindKey(name); found != kNone) return found;
    }
    return kNone;
  }

  void ChooseGiven(bool is_header) {
    const NameList& names = *options_.columns;
    const auto named = [&](const char* name) { return std::find(names.begin(), names.end(), name) != names.end(); };
    const auto first_but = [&](const std::string& other) {
      return *std::find_if(names.begin(), names.end(), [&](const std::string& name) { return name != other; });
    };
    const std::string path = named("path") ? "path" : first_but("label");
    const std::string label = named("label") ? "label" : first_but(path);
    NameList missing;
    for (const std::string& name : names) {
      if (Find(name) == kNone) missing.push_back(name);
    }
    columns_.header = missing.empty();
    if (!columns_.header) {
      const bool paths = std::any_of(row_.begin(), row_.end(), LooksLikePath);
      if (is_header || (missing.size() < names.size() && !paths)) {
        Fail("has no column " + Joined(missing) + " of `columns`; its columns are " + Joined(row_));
      }
      if (names.size() != row_.size()) {
        Fail(std::to_string(row_.size()) + " fields instead of " + std::to_string(names.size()) +
             "; `columns` must name all columns of a list without a header");
      }
      SetNames(names);
    }
    columns_.path = Find(path);
    columns_.label = Find(label);
  }

  void ChooseUsual(bool is_header) {
    columns_.path = FindFirst(kPathNames);
    columns_.label = FindFirst(kLabelNames);
    const bool paths = !is_header && std::any_of(row_.begin(), row_.end(), LooksLikePath);
    if (paths || (!is_header && columns_.path == kNone && columns_.label == kNone)) return ChooseWithoutHeader();
    columns_.header = true;
    if (columns_.path == kNone) {
      Fail("no column is known to hold the paths; `columns` names those of path and label, of " + Joined(row_));
    }
    if (columns_.label != kNone) return;
    std::vector<size_t> others = Others(false);
    if (others.size() != 1) others = Others(true);
    if (others.size() != 1) {
      Fail("no column is known to hold the labels; `columns` names those of path and label, of " + Joined(row_) +
           " (columns of 0 and 1, one for each class, must first become one column of class names)");
    }
    columns_.label = others.front();
  }

  // The columns that may hold the label, if need be without those that may hold a path.
  std::vector<size_t> Others(bool without_path_names) const {
    std::vector<size_t> others;
    for (size_t i = 0; i < keys_.size(); ++i) {
      const std::string& key = keys_[i];
      if (i == columns_.path || key.empty() || IsSplitName(key) || row_[i] == options_.extra_column) continue;
      if (!without_path_names || !Has(kPathNames, key)) others.push_back(i);
    }
    return others;
  }

  void ChooseWithoutHeader() {
    if (row_.size() != 2) {
      Fail(Counted(row_.size(), "field") +
           " instead of 2, a path and a label; `columns` names all columns of a list without a header, in order");
    }
    if (LooksLikePath(row_[1]) && !LooksLikePath(row_[0])) {
      Fail("the second field, " + Quoted(row_[1]) + ", looks like the path; `columns` label,path reads such a list");
    }
    SetNames({"path", "label"});
    columns_.path = 0;
    columns_.label = 1;
  }

  const NameList& row_;
  const SampleListOptions& options_;
  const std::string& file_;
  const std::string& where_;
  NameList keys_;  // of columns_.names
  ListColumns columns_;
};

}  // namespace

std::string ListColumns::Description(bool has_splits) const {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
  add(header ? "paths in column " + Quoted(names[path]) + ", labels in column " + Quoted(names[label])
             : "no header, paths in column " + std::to_string(path + 1) + ", labels in column " +
                   std::to_string(label + 1));
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string key = ColumnKey(names[i]);
    if (i == split && has_splits) {
      add("column " + Quoted(names[i]) + " gives the splits");
    } else if (IsSplitName(key) && i != path && i != label && i != extra) {
      add("column " + Quoted(names[i]) + " is not used");
    } else if (key.empty()) {
      add("column " + std::to_string(i + 1) + " has no name and is not used");
    }
  }
  return text;
}

void CheckColumnNames(const SampleListOptions& options) {
  if (!options.columns) return;
  NameList sorted = *options.columns;
  std::sort(sorted.begin(), sorted.end());
  if (sorted.size() < 2 || sorted.front().empty() || std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
    throw Error::Usage("`columns` must name at least two columns, those of path and label, each once");
  }
}

ListColumns ChooseListColumns(const NameList& first_row, const SampleListOptions& options, const std::string& file,
                              const std::string& where) {
  return Chooser(first_row, options, file, where).Choose(nullptr);
}

ListColumns ChooseListMembers(const NameList& first, const NameList& all, const SampleListOptions& options,
                              const std::string& file, const std::string& where) {
  return Chooser(first, options, file, where).Choose(&all);
}

}  // namespace dataset

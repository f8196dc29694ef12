#include "dataset/split/sample_list.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/base/utf8.h"
#include "dataset/io/csv.h"

namespace dataset {
namespace {

using Json = nlohmann::json;

constexpr char kSplitColumn[] = "split";

[[noreturn]] void Fail(const std::string& file, const std::string& cause) { throw Error(file, cause); }

struct Columns {
  std::string path;
  std::string label;
};

Columns ChooseColumns(const std::vector<std::string>& names) {
  const auto named = [&](const char* name) { return std::find(names.begin(), names.end(), name) != names.end(); };
  const auto first_but = [&](const std::string& other) {
    return *std::find_if(names.begin(), names.end(), [&](const std::string& name) { return name != other; });
  };
  Columns columns;
  columns.path = named("path") ? "path" : first_but("label");
  columns.label = named("label") ? "label" : first_but(columns.path);
  return columns;
}

void CheckNames(const std::vector<std::string>& names) {
  std::vector<std::string> sorted = names;
  std::sort(sorted.begin(), sorted.end());
  if (names.size() < 2 || sorted.front().empty() || std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
    throw Error::Usage("`columns` must name at least two columns, those of path and label, each once");
  }
}

// `where` is "line 7" or "element 3".
void CheckSample(const ListedSample& sample, const std::string& file, const std::string& where) {
  if (sample.path.empty()) Fail(file, where + ": the path is empty");
  if (sample.label.empty()) Fail(file, where + ": the label is empty");
  if (HasControlCharacter(sample.label)) {
    Fail(file, where + ": label \"" + Printable(sample.label) + "\" has a control character");
  }
}

Split ParseListedSplit(const std::string& text, const std::string& file, const std::string& where) {
  const std::optional<Split> split = ParseSplit(text);
  if (!split) Fail(file, where + ": split \"" + Printable(text) + "\" is none of train, val, test");
  return *split;
}

class CsvList {
 public:
  CsvList(std::string_view text, const std::string& file, const SampleListOptions& options)
      : file_(file), options_(options), reader_(text, file) {}

  std::vector<ListedSample> Read() {
    const std::vector<std::string> names = options_.columns.value_or(std::vector<std::string>{"path", "label"});
    CheckNames(names);
    std::vector<std::string> fields;
    if (!reader_.Next(&fields)) Fail(file_, "is empty; each line must have a path and a label");
    const bool header = std::all_of(names.begin(), names.end(), [&](const std::string& name) {
      return std::find(fields.begin(), fields.end(), name) != fields.end();
    });
    header_ = header ? fields : names;
    const Columns columns = ChooseColumns(names);
    path_ = Find(columns.path);
    label_ = Find(columns.label);
    if (!options_.extra_column.empty()) {
      extra_ = Find(options_.extra_column);
      if (extra_ == kNone) Fail(file_, "has no column \"" + Printable(options_.extra_column) + "\"");
    }
    split_ = Find(kSplitColumn);

    std::vector<ListedSample> samples;
    if (!header) samples.push_back(MakeSample(fields));
    while (reader_.Next(&fields)) {
      if (fields.size() == 1 && fields[0].empty()) continue;
      samples.push_back(MakeSample(fields));
    }
    return samples;
  }

 private:
  static constexpr size_t kNone = SIZE_MAX;

  size_t Find(const std::string& name) const {
    const auto found = std::find(header_.begin(), header_.end(), name);
    return found == header_.end() ? kNone : static_cast<size_t>(found - header_.begin());
  }

  ListedSample MakeSample(std::vector<std::string>& fields) const {
    const std::string where = "line " + std::to_string(reader_.line());
    if (fields.size() != header_.size()) {
      Fail(file_,
           where + ": " + std::to_string(fields.size()) + " fields instead of " + std::to_string(header_.size()));
    }
    ListedSample sample;
    if (split_ != kNone) sample.split = ParseListedSplit(fields[split_], file_, where);
    if (extra_ != kNone) sample.extra = fields[extra_];
    sample.path = fields[path_];
    sample.label = fields[label_];
    CheckSample(sample, file_, where);
    return sample;
  }

  const std::string file_;
  const SampleListOptions& options_;
  CsvReader reader_;
  std::vector<std::string> header_;
  size_t path_ = kNone, label_ = kNone, split_ = kNone, extra_ = kNone;
};

// Returns a member that is text or a whole number, as text; nullopt if it is missing or anything else.
std::optional<std::string> MemberText(const Json& object, const std::string& name) {
  const auto member = object.find(name);
  if (member == object.end()) return std::nullopt;
  if (member->is_string()) return member->get<std::string>();
  if (member->is_number_integer()) return member->dump();
  return std::nullopt;
}

std::string NeededText(const Json& object, const std::string& name, const std::string& file, const std::string& where) {
  std::optional<std::string> text = MemberText(object, name);
  if (!text) Fail(file, where + ": \"" + Printable(name) + "\" is missing or no text");
  return *std::move(text);
}

std::vector<ListedSample> ReadJsonList(std::string_view text, const std::string& file,
                                       const SampleListOptions& options) {
  const std::vector<std::string> names = options.columns.value_or(std::vector<std::string>{"image_id", "label"});
  CheckNames(names);
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::exception& error) {
    Fail(file, error.what());
  }
  const Json* list = &json;
  if (!options.json_key.empty()) {
    const auto member = json.find(options.json_key);
    if (!json.is_object() || member == json.end()) Fail(file, "has no member \"" + Printable(options.json_key) + "\"");
    list = &*member;
  }
  if (!list->is_array()) Fail(file, "is no list of objects; `json_key` names the member that holds the list");

  const Columns columns = ChooseColumns(names);
  std::vector<ListedSample> samples;
  for (const Json& object : *list) {
    const std::string where = "element " + std::to_string(samples.size());
    if (!object.is_object()) Fail(file, where + ": it is no object");
    ListedSample sample;
    sample.path = NeededText(object, columns.path, file, where);
    sample.label = NeededText(object, columns.label, file, where);
    if (!options.extra_column.empty()) sample.extra = NeededText(object, options.extra_column, file, where);
    if (object.contains(kSplitColumn)) {
      sample.split = ParseListedSplit(NeededText(object, kSplitColumn, file, where), file, where);
    }
    if (!samples.empty() && sample.split.has_value() != samples.front().split.has_value()) {
      Fail(file, where + ": every element must have a split, or none");
    }
    CheckSample(sample, file, where);
    samples.push_back(std::move(sample));
  }
  return samples;
}

}  // namespace

std::vector<ListedSample> ParseSampleList(std::string_view text, const std::string& file,
                                          const SampleListOptions& options) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";  // spreadsheets write it
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const size_t begin = text.find_first_not_of(" \t\r\n");
  const bool json = begin != text.npos && (text[begin] == '[' || text[begin] == '{');
  if (!json && !options.json_key.empty()) throw Error::Usage("`json_key` is for a JSON list, but " + file + " is none");
  std::vector<ListedSample> samples = json ? ReadJsonList(text, file, options) : CsvList(text, file, options).Read();
  if (samples.empty()) Fail(file, "lists no samples");
  return samples;
}

}  // namespace dataset

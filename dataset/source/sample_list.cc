#include "dataset/source/sample_list.h"

#include <algorithm>
#include <set>
#include <utility>

#include "dataset/base/ascii.h"
#include "dataset/base/error.h"
#include "dataset/io/table_reader.h"
#include "dataset/io/text_encoding.h"
#include "dataset/source/json_list.h"
#include "dataset/source/list_columns.h"
#include "dataset/source/list_values.h"

namespace dataset {
namespace {

constexpr char kWholeRows[] = "a field holds whole rows";

// A field with line ends, in a column that is not used, that may have taken in rows.
struct Suspect {
  LongField field;
  std::vector<std::string> labels;  // of these rows
};

// The extension of a path, or "".
std::string EndingOf(std::string_view path) {
  path = Trimmed(path);
  const size_t dot = path.find_last_of("./\\ ");
  return dot == path.npos || path[dot] != '.' ? "" : AsciiLower(path.substr(dot));
}

// Refuses the row read last if a quote that is not closed has taken in others. Texts of several lines are no rows: a
// row's path ends as others do, or, if paths have no endings, its label must be known. Those are added to *suspects.
void CheckLongFields(const TableReader& table, const std::vector<std::string>& row, const ListColumns& columns,
                     std::vector<Suspect>* suspects) {
  for (const LongField& field : table.long_fields()) {
    if (field.field == columns.path) table.RefuseLongField(field, "the path has a line break");
    if (field.field == columns.label) table.RefuseLongField(field, "the label has a line break");
    const std::string ending = EndingOf(row[columns.path]);
    Suspect suspect{field, {}};
    for (const std::vector<std::string>& within : table.RowsWithin(row, field)) {
      const std::string_view path = within[columns.path];
      if (!Trimmed(path).empty() && EndingOf(path) == ending)
        suspect.labels.emplace_back(Trimmed(within[columns.label]));
    }
    if (suspect.labels.size() < 2) continue;
    if (!ending.empty()) table.RefuseLongField(field, kWholeRows);
    suspects->push_back(std::move(suspect));
  }
}

void CheckSuspects(const TableReader& table, const SampleList& list, const std::vector<Suspect>& suspects) {
  if (suspects.empty()) return;
  std::set<std::string_view> labels;
  for (const ListedSample& sample : list.samples) labels.insert(Trimmed(sample.label));
  for (const Suspect& suspect : suspects) {
    const auto known = [&](const std::string& label) { return labels.contains(label); };
    if (std::all_of(suspect.labels.begin(), suspect.labels.end(), known)) {
      table.RefuseLongField(suspect.field, kWholeRows);
    }
  }
}

SampleList ParseTable(DecodedText text, const std::string& file, const SampleListOptions& options) {
  TableReader table(std::move(text), file);
  std::vector<std::string> fields;
  if (!table.Next(&fields)) throw Error(file, "is empty; each line must have a path and a label");
  const ListColumns columns = ChooseListColumns(fields, options, file, "line " + std::to_string(table.line()));
  const std::vector<std::string> header = columns.header ? fields : std::vector<std::string>{};
  if (columns.header) {
    for (const LongField& field : table.long_fields()) {
      if (!table.RowsWithin(fields, field).empty()) table.RefuseLongField(field, kWholeRows);
    }
  }
  SampleList list;
  std::vector<std::string> splits;
  std::vector<Suspect> suspects;
  SplitNames names(columns.names.size());
  bool more = columns.header ? table.Next(&fields) : true;
  for (; more; more = table.Next(&fields)) {
    if (fields == header) {
      throw Error(file, "line " + std::to_string(table.line()) + ": the header comes again; remove this line");
    }
    CheckLongFields(table, fields, columns, &suspects);
    for (size_t i = 0; i < fields.size(); ++i) names.Add(i, fields[i]);
    ListedSample sample;
    sample.place = table.line();
    if (columns.extra != ListColumns::kNone) sample.extra = fields[columns.extra];
    if (columns.split != ListColumns::kNone) splits.push_back(std::move(fields[columns.split]));
    sample.path = std::move(fields[columns.path]);
    sample.label = std::move(fields[columns.label]);
    list.samples.push_back(std::move(sample));
  }
  CheckSuspects(table, list, suspects);
  FinishSampleList(columns, splits, names, table.Description(), file, &list);
  return list;
}

}  // namespace

std::string SampleList::PlaceOf(const ListedSample& sample) const { return unit + " " + std::to_string(sample.place); }

SampleList ParseSampleList(std::string_view bytes, const std::string& file, const SampleListOptions& options) {
  CheckColumnNames(options);
  DecodedText decoded = DecodeText(bytes, file);
  const size_t begin = decoded.text.find_first_not_of(" \t\r\n");
  const bool json = begin != std::string::npos && (decoded.text[begin] == '[' || decoded.text[begin] == '{');
  if (!json && !options.json_key.empty()) throw Error::Usage("`json_key` is for a JSON list, but " + file + " is none");
  return json ? ParseJsonList(decoded.text, file, options) : ParseTable(std::move(decoded), file, options);
}

}  // namespace dataset

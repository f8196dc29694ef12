#include "dataset/catalog/manifest.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "dataset/base/error.h"
#include "dataset/base/message_text.h"
#include "dataset/base/sha256.h"
#include "dataset/base/utf8.h"
#include "dataset/catalog/class_names.h"
#include "dataset/catalog/manifest_columns.h"
#include "dataset/catalog/split_info.h"
#include "dataset/io/csv.h"
#include "dataset/io/file.h"
#include "dataset/io/table_reader.h"
#include "dataset/io/text_encoding.h"

namespace dataset {
namespace {

constexpr char kClassesName[] = "classes.txt";

struct Row {
  ManifestEntry entry;
  size_t line;
};

void CheckUniquePaths(const std::vector<Row>& sorted, const std::string& file) {
  for (size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i].entry.path == sorted[i - 1].entry.path) {
      FailAtLine(
          file, sorted[i].line,
          "path " + Quoted(sorted[i].entry.path) + " was there already in line " + std::to_string(sorted[i - 1].line));
    }
  }
}

// Refuses the row read last if a quote that is not closed has taken in others. A path and a group may have line ends.
void CheckLongFields(const TableReader& reader, const std::vector<std::string>& row,
                     const std::vector<ManifestColumn>& columns) {
  const auto split = std::find(columns.begin(), columns.end(), ManifestColumn::kSplit) - columns.begin();
  const auto is_row = [&](const std::vector<std::string>& fields) {
    return ParseSplit(Trimmed(fields[static_cast<size_t>(split)])).has_value();
  };
  for (const LongField& field : reader.long_fields()) {
    if (columns[field.field] == ManifestColumn::kLabel) reader.RefuseLongField(field, "the label has a line break");
    const std::vector<std::vector<std::string>> rows = reader.RowsWithin(row, field);
    if (!rows.empty() && std::all_of(rows.begin(), rows.end(), is_row)) {
      reader.RefuseLongField(field, "a field holds whole rows");
    }
  }
}

// "val" or "fold 3".
std::string PartOf(const ManifestEntry& entry) {
  return entry.fold ? "fold " + std::to_string(*entry.fold) : std::string(NameOf(entry.split));
}

void CheckGroups(const std::vector<Row>& rows, const std::string& file) {
  std::unordered_map<std::string_view, const Row*> first;
  for (const Row& row : rows) {
    if (row.entry.group.empty()) continue;
    const Row& other = *first.emplace(row.entry.group, &row).first->second;
    if (other.entry.split != row.entry.split || other.entry.fold != row.entry.fold) {
      FailAtLine(file, row.line,
                 "group " + Quoted(row.entry.group) + " is in " + PartOf(row.entry) + ", but in " +
                     PartOf(other.entry) + " in line " + std::to_string(other.line));
    }
  }
}

// Refuses labels that people take for the same. Only somebody who names all classes can say that both are meant.
void CheckLabels(const std::vector<Row>& rows, const std::vector<std::string>& labels, const std::string& file) {
  for (const LookAlikePair& alike : FindLookAlikes(labels)) {
    const auto first_of = [&](const std::string& label) -> const Row& {
      return *std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.entry.label == label; });
    };
    const Row &one = first_of(alike.one), &other = first_of(alike.other);
    FailAtLine(file, std::max(one.line, other.line),
               alike.Text(one.entry.path, other.entry.path) + ", or name both in a classes.txt");
  }
}

// The classes of dsplit's split.json in the folder; nullopt if there is none, or another program's.
std::optional<std::vector<std::string>> ClassesOfSplit(const std::filesystem::path& folder) {
  try {
    return LoadSplitInfo(folder).classes;
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

bool IsCleanRelativePath(std::string_view path) {
  if (path.find('\0') != path.npos) return false;
  while (true) {
    const size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (part.empty() || part == "." || part == "..") return false;
    if (slash == path.npos) return true;
    path.remove_prefix(slash + 1);
  }
}

std::vector<uint32_t> Manifest::Labels() const {
  std::unordered_map<std::string_view, uint32_t> numbers;
  for (const std::string& name : classes) numbers.emplace(name, static_cast<uint32_t>(numbers.size()));
  std::vector<uint32_t> labels;
  labels.reserve(entries.size());
  for (const ManifestEntry& entry : entries) labels.push_back(numbers.at(entry.label));
  return labels;
}

Manifest ParseManifest(std::string_view csv, const std::string& file,
                       const std::optional<std::vector<std::string>>& classes, const std::string& classes_name) {
  TableReader reader(DecodeText(csv, file), file);
  std::vector<std::string> fields;
  if (!reader.Next(&fields)) throw Error(file, "is empty; the first line must be path,label,split");
  const std::vector<ManifestColumn> columns = ParseManifestHeader(fields, file, reader.line());

  std::set<std::string, std::less<>> known;
  if (classes) known.insert(classes->begin(), classes->end());
  std::vector<Row> rows;
  while (reader.Next(&fields)) {
    const size_t line = reader.line();
    CheckLongFields(reader, fields, columns);
    Row row{.entry = {}, .line = line};
    for (size_t i = 0; i < fields.size(); ++i) SetField(columns[i], std::move(fields[i]), file, line, &row.entry);
    if (row.entry.repeat > 1 && row.entry.split != Split::kTrain) {
      FailAtLine(file, line, "repeat " + std::to_string(row.entry.repeat) + " is for train only");
    }
    if (row.entry.fold && row.entry.split == Split::kTest) {
      FailAtLine(file, line, "fold " + std::to_string(*row.entry.fold) + " is for train and val, not for test");
    }
    std::string& label = row.entry.label;
    if (classes && !known.contains(label) && known.contains(Trimmed(label))) label = std::string(Trimmed(label));
    if (!known.contains(label)) {
      if (classes) {
        FailAtLine(file, line,
                   "label " + Quoted(label) + " is not in " + classes_name +
                       (classes_name == kClassesName ? "; add it there" : "; write a classes.txt that names all") +
                       ", or undo what a spreadsheet made of it");
      }
      known.insert(label);
    }
    rows.push_back(std::move(row));
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.entry.path < b.entry.path; });
  CheckUniquePaths(rows, file);
  CheckGroups(rows, file);

  Manifest manifest;
  if (classes) {
    manifest.classes = *classes;
  } else {
    manifest.classes.assign(known.begin(), known.end());
    CheckLabels(rows, manifest.classes, file);
    SortClassNames(&manifest.classes);
  }
  manifest.entries.reserve(rows.size());
  for (Row& row : rows) manifest.entries.push_back(std::move(row.entry));
  return manifest;
}

std::string FormatManifest(const Manifest& manifest) {
  std::vector<ManifestColumn> columns;
  std::vector<std::string> fields;
  std::string field;
  for (size_t i = 0; i < kManifestColumns.size(); ++i) {
    const auto column = static_cast<ManifestColumn>(i);
    const auto has = [&](const ManifestEntry& entry) {
      FormatField(entry, column, &field);
      return !field.empty();
    };
    if (i >= kRequiredColumns && std::none_of(manifest.entries.begin(), manifest.entries.end(), has)) continue;
    columns.push_back(column);
    fields.emplace_back(kManifestColumns[i]);
  }
  std::string csv;
  AppendCsvRow(fields, &csv);
  for (const ManifestEntry& entry : manifest.entries) {
    for (size_t i = 0; i < columns.size(); ++i) FormatField(entry, columns[i], &fields[i]);
    AppendCsvRow(fields, &csv);
  }
  return csv;
}

Manifest LoadManifest(const std::filesystem::path& path, std::string* sha256) {
  const std::filesystem::path classes_file = path.parent_path() / kClassesName;
  std::error_code error;
  const bool listed = std::filesystem::exists(classes_file, error) || error;
  const std::optional<std::vector<std::string>> classes =
      listed ? ParseClasses(ReadFile(classes_file, 64 << 20), classes_file.string())
             : ClassesOfSplit(path.parent_path());
  const std::string csv = ReadFile(path);
  if (sha256 != nullptr) *sha256 = Sha256Hex(csv);
  return ParseManifest(csv, path.string(), classes, listed ? kClassesName : "split.json");
}

std::vector<std::string> ParseClasses(std::string_view bytes, const std::string& file) {
  const DecodedText decoded = DecodeText(bytes, file);
  std::string_view text = decoded.text;
  std::vector<std::string> classes;
  std::unordered_map<std::string, size_t> lines;
  for (size_t line = 1; !text.empty(); ++line) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string name(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!name.empty() && name.back() == '\r') name.pop_back();
    if (name.empty()) FailAtLine(file, line, "the class name is empty");
    if (HasControlCharacter(name)) FailAtLine(file, line, "class " + Quoted(name) + " has a control character");
    const auto [other, added] = lines.emplace(name, line);
    if (!added) {
      FailAtLine(file, line, "class " + Quoted(name) + " was there already in line " + std::to_string(other->second));
    }
    classes.push_back(std::move(name));
  }
  if (classes.empty()) throw Error(file, "names no class");
  return classes;
}

std::string FormatClasses(const std::vector<std::string>& classes) {
  std::string text;
  for (const std::string& name : classes) text += name + "\n";
  return text;
}

}  // namespace dataset

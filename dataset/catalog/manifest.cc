#include "dataset/catalog/manifest.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>
#include <unordered_map>

#include "dataset/base/error.h"
#include "dataset/base/sha256.h"
#include "dataset/base/utf8.h"
#include "dataset/io/csv.h"
#include "dataset/io/file.h"

namespace dataset {
namespace {

enum Column { kPath, kLabel, kSplit, kGroup, kFold, kSha256, kWidth, kHeight, kRepeat };
constexpr std::array<std::string_view, 9> kColumns = {"path",   "label", "split",  "group", "fold",
                                                      "sha256", "width", "height", "repeat"};
constexpr size_t kRequired = 3;

[[noreturn]] void Fail(const std::string& file, size_t line, const std::string& cause) {
  throw Error(file, "line " + std::to_string(line) + ": " + cause);
}

std::string Quoted(std::string_view text) { return '"' + Printable(text) + '"'; }

std::optional<uint32_t> ParseNumber(std::string_view text) {
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool IsSha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

// Returns the columns in the order of the header.
std::vector<Column> ParseHeader(const std::vector<std::string>& fields, const std::string& file) {
  std::vector<Column> columns;
  for (const std::string& name : fields) {
    const auto found = std::find(kColumns.begin(), kColumns.end(), name);
    if (found == kColumns.end()) Fail(file, 1, "unknown column " + Quoted(name));
    const auto column = static_cast<Column>(found - kColumns.begin());
    if (std::count(columns.begin(), columns.end(), column) > 0) Fail(file, 1, "column " + name + " comes twice");
    columns.push_back(column);
  }
  for (size_t i = 0; i < kRequired; ++i) {
    if (std::count(columns.begin(), columns.end(), i) == 0) {
      Fail(file, 1, "column " + std::string(kColumns[i]) + " is missing");
    }
  }
  return columns;
}

void SetField(Column column, std::string&& value, const std::string& file, size_t line, ManifestEntry* entry) {
  const auto number = [&](uint32_t least) {
    const std::optional<uint32_t> parsed = ParseNumber(value);
    if (!parsed || *parsed < least) {
      Fail(file, line,
           std::string(kColumns[column]) + " " + Quoted(value) + " is no number from " + std::to_string(least));
    }
    return *parsed;
  };
  switch (column) {
    case kPath:
      if (!IsCleanRelativePath(value)) {
        Fail(file, line, "path " + Quoted(value) + " is not a plain path under the raw root (no \"..\", not absolute)");
      }
      entry->path = std::move(value);
      break;
    case kLabel:
      if (value.empty()) Fail(file, line, "the label is empty");
      if (HasControlCharacter(value)) Fail(file, line, "label " + Quoted(value) + " has a control character");
      entry->label = std::move(value);
      break;
    case kSplit: {
      const std::optional<Split> split = ParseSplit(value);
      if (!split) Fail(file, line, "split " + Quoted(value) + " is none of train, val, test");
      entry->split = *split;
      break;
    }
    case kGroup:
      entry->group = std::move(value);
      break;
    case kFold:
      if (!value.empty()) entry->fold = number(0);
      break;
    case kSha256:
      if (!value.empty() && !IsSha256(value)) {
        Fail(file, line, "sha256 " + Quoted(value) + " is not 64 lower-case hex digits");
      }
      entry->sha256 = std::move(value);
      break;
    case kWidth:
      if (!value.empty()) entry->width = number(1);
      break;
    case kHeight:
      if (!value.empty()) entry->height = number(1);
      break;
    case kRepeat:
      if (!value.empty()) entry->repeat = number(1);
      break;
  }
}

// Sets *field to the column's text, or to "" if the entry has no value there.
void FormatField(const ManifestEntry& entry, Column column, std::string* field) {
  const auto number_from = [](uint32_t least, uint32_t value) { return value < least ? "" : std::to_string(value); };
  switch (column) {
    case kPath:
      *field = entry.path;
      break;
    case kLabel:
      *field = entry.label;
      break;
    case kSplit:
      *field = SplitName(entry.split);
      break;
    case kGroup:
      *field = entry.group;
      break;
    case kFold:
      *field = entry.fold ? std::to_string(*entry.fold) : "";
      break;
    case kSha256:
      *field = entry.sha256;
      break;
    case kWidth:
      *field = number_from(1, entry.width);
      break;
    case kHeight:
      *field = number_from(1, entry.height);
      break;
    case kRepeat:
      *field = number_from(2, entry.repeat);
      break;
  }
}

struct Row {
  ManifestEntry entry;
  size_t line;
};

void CheckUniquePaths(const std::vector<Row>& sorted, const std::string& file) {
  for (size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i].entry.path == sorted[i - 1].entry.path) {
      Fail(file, sorted[i].line,
           "path " + Quoted(sorted[i].entry.path) + " was there already in line " + std::to_string(sorted[i - 1].line));
    }
  }
}

void CheckGroups(const std::vector<Row>& rows, const std::string& file) {
  std::unordered_map<std::string_view, const Row*> first;
  for (const Row& row : rows) {
    if (row.entry.group.empty()) continue;
    const Row& other = *first.emplace(row.entry.group, &row).first->second;
    if (other.entry.split != row.entry.split) {
      Fail(file, row.line,
           "group " + Quoted(row.entry.group) + " is in " + std::string(SplitName(row.entry.split)) + ", but in " +
               std::string(SplitName(other.entry.split)) + " in line " + std::to_string(other.line));
    }
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
                       const std::optional<std::vector<std::string>>& classes) {
  CsvReader reader(csv, file);
  std::vector<std::string> fields;
  if (!reader.Next(&fields)) throw Error(file, "empty; the first line must be path,label,split");
  const std::vector<Column> columns = ParseHeader(fields, file);

  std::set<std::string, std::less<>> known;
  if (classes) known.insert(classes->begin(), classes->end());
  std::vector<Row> rows;
  while (reader.Next(&fields)) {
    const size_t line = reader.line();
    if (fields.size() != columns.size()) {
      Fail(file, line, std::to_string(fields.size()) + " fields, but the header has " + std::to_string(columns.size()));
    }
    Row row{.entry = {}, .line = line};
    for (size_t i = 0; i < fields.size(); ++i) SetField(columns[i], std::move(fields[i]), file, line, &row.entry);
    if (row.entry.repeat > 1 && row.entry.split != Split::kTrain) {
      Fail(file, line, "repeat " + std::to_string(row.entry.repeat) + " outside of train");
    }
    if (!known.contains(row.entry.label)) {
      if (classes) Fail(file, line, "label " + Quoted(row.entry.label) + " is not in classes.txt");
      known.insert(row.entry.label);
    }
    rows.push_back(std::move(row));
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.entry.path < b.entry.path; });
  CheckUniquePaths(rows, file);
  CheckGroups(rows, file);

  Manifest manifest;
  manifest.classes = classes ? *classes : std::vector<std::string>(known.begin(), known.end());
  manifest.entries.reserve(rows.size());
  for (Row& row : rows) manifest.entries.push_back(std::move(row.entry));
  return manifest;
}

std::string FormatManifest(const Manifest& manifest) {
  std::vector<Column> columns;
  std::vector<std::string> fields;
  std::string field;
  for (size_t i = 0; i < kColumns.size(); ++i) {
    const auto column = static_cast<Column>(i);
    const auto has = [&](const ManifestEntry& entry) {
      FormatField(entry, column, &field);
      return !field.empty();
    };
    if (i >= kRequired && std::none_of(manifest.entries.begin(), manifest.entries.end(), has)) continue;
    columns.push_back(column);
    fields.emplace_back(kColumns[i]);
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
  const std::filesystem::path classes_file = path.parent_path() / "classes.txt";
  std::optional<std::vector<std::string>> classes;
  std::error_code error;
  if (std::filesystem::exists(classes_file, error) || error) {
    classes = ParseClasses(ReadFile(classes_file, 64 << 20), classes_file.string());
  }
  const std::string csv = ReadFile(path);
  if (sha256 != nullptr) *sha256 = Sha256Hex(csv);
  return ParseManifest(csv, path.string(), classes);
}

std::vector<std::string> ParseClasses(std::string_view text, const std::string& file) {
  if (!IsUtf8(text)) throw Error(file, "not UTF-8");
  std::vector<std::string> classes;
  std::unordered_map<std::string, size_t> lines;
  for (size_t line = 1; !text.empty(); ++line) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string name(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!name.empty() && name.back() == '\r') name.pop_back();
    if (name.empty()) Fail(file, line, "the class name is empty");
    if (HasControlCharacter(name)) Fail(file, line, "class " + Quoted(name) + " has a control character");
    const auto [other, added] = lines.emplace(name, line);
    if (!added) {
      Fail(file, line, "class " + Quoted(name) + " was there already in line " + std::to_string(other->second));
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

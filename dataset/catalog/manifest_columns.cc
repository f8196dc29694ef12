#include "dataset/catalog/manifest_columns.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/base/message_text.h"
#include "dataset/base/utf8.h"
#include "dataset/io/table_reader.h"

namespace dataset {
namespace {

// Takes "3" and, as pandas writes numbers beside empty fields, "3.0".
std::optional<uint32_t> ParseNumber(std::string_view text) {
  text = Trimmed(text);
  if (text.ends_with(".0")) text.remove_suffix(2);
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool IsSha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

}  // namespace

std::vector<ManifestColumn> ParseManifestHeader(const std::vector<std::string>& fields, const std::string& file,
                                                size_t line) {
  std::vector<ManifestColumn> columns;
  for (const std::string& name : fields) {
    const std::string key = ColumnKey(name);
    if (key.empty()) {
      columns.push_back(ManifestColumn::kNoName);
      continue;
    }
    const auto found = std::find(kManifestColumns.begin(), kManifestColumns.end(), key);
    if (found == kManifestColumns.end()) FailAtLine(file, line, "unknown column " + Quoted(name) + "; remove it");
    const auto column = static_cast<ManifestColumn>(found - kManifestColumns.begin());
    if (std::count(columns.begin(), columns.end(), column) > 0) {
      FailAtLine(file, line, "column " + key + " comes twice");
    }
    columns.push_back(column);
  }
  for (size_t i = 0; i < kRequiredColumns; ++i) {
    if (std::count(columns.begin(), columns.end(), static_cast<ManifestColumn>(i)) == 0) {
      FailAtLine(file, line, "column " + std::string(kManifestColumns[i]) + " is missing");
    }
  }
  return columns;
}

void SetField(ManifestColumn column, std::string&& value, const std::string& file, size_t line, ManifestEntry* entry) {
  const auto number = [&](uint32_t least) {
    const std::optional<uint32_t> parsed = ParseNumber(value);
    if (!parsed || *parsed < least) {
      FailAtLine(file, line,
                 std::string(kManifestColumns[static_cast<size_t>(column)]) + " " + Quoted(value) +
                     " is no number from " + std::to_string(least));
    }
    return *parsed;
  };
  const bool given = !Trimmed(value).empty();
  switch (column) {
    case ManifestColumn::kPath:
      if (!IsCleanRelativePath(value)) {
        FailAtLine(file, line,
                   "path " + Quoted(value) + " is not a plain path under the raw root (no \"..\", not absolute)");
      }
      entry->path = std::move(value);
      break;
    case ManifestColumn::kLabel:
      if (value.empty()) FailAtLine(file, line, "the label is empty");
      if (HasControlCharacter(value)) FailAtLine(file, line, "label " + Quoted(value) + " has a control character");
      entry->label = std::move(value);
      break;
    case ManifestColumn::kSplit: {
      const std::optional<Split> split = ParseSplit(Trimmed(value));
      if (!split) FailAtLine(file, line, "split " + Quoted(value) + " is none of train, val, test");
      entry->split = *split;
      break;
    }
    case ManifestColumn::kGroup:
      entry->group = std::string(Trimmed(value));
      break;
    case ManifestColumn::kFold:
      if (given) entry->fold = number(0);
      break;
    case ManifestColumn::kSha256:
      entry->sha256 = std::string(Trimmed(value));
      if (!entry->sha256.empty() && !IsSha256(entry->sha256)) {
        FailAtLine(file, line,
                   "sha256 " + Quoted(value) + " is not 64 lower-case hex digits; mend it, or remove the column");
      }
      break;
    case ManifestColumn::kWidth:
      if (given) entry->width = number(1);
      break;
    case ManifestColumn::kHeight:
      if (given) entry->height = number(1);
      break;
    case ManifestColumn::kRepeat:
      if (given) entry->repeat = number(1);
      break;
    case ManifestColumn::kNoName:
      if (given && !ParseNumber(value)) {
        FailAtLine(file, line, Quoted(value) + " is in a column without a name; name the column, or remove it");
      }
      break;
  }
}

void FormatField(const ManifestEntry& entry, ManifestColumn column, std::string* field) {
  const auto number_from = [](uint32_t least, uint32_t value) { return value < least ? "" : std::to_string(value); };
  switch (column) {
    case ManifestColumn::kPath:
      *field = entry.path;
      break;
    case ManifestColumn::kLabel:
      *field = entry.label;
      break;
    case ManifestColumn::kSplit:
      *field = NameOf(entry.split);
      break;
    case ManifestColumn::kGroup:
      *field = entry.group;
      break;
    case ManifestColumn::kFold:
      *field = entry.fold ? std::to_string(*entry.fold) : "";
      break;
    case ManifestColumn::kSha256:
      *field = entry.sha256;
      break;
    case ManifestColumn::kWidth:
      *field = number_from(1, entry.width);
      break;
    case ManifestColumn::kHeight:
      *field = number_from(1, entry.height);
      break;
    case ManifestColumn::kRepeat:
      *field = number_from(2, entry.repeat);
      break;
    case ManifestColumn::kNoName:
      break;
  }
}

void FailAtLine(const std::string& file, size_t line, const std::string& cause) {
  throw Error(file, "line " + std::to_string(line) + ": " + cause);
}

}  // namespace dataset

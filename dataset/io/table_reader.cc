#include "dataset/io/table_reader.h"

#include <algorithm>
#include <utility>

#include "dataset/base/ascii.h"
#include "dataset/base/error.h"
#include "dataset/base/message_text.h"
#include "dataset/io/csv_delimiter.h"

namespace dataset {
namespace {

constexpr std::string_view kBlanks[] = {" ", "\t", "\xc2\xa0"};  // the last is a no-break space

// Returns the delimiter that a line such as `sep=;` or `"sep=;"` names.
std::optional<char> NamedDelimiter(std::string_view line) {
  if (line.size() == 7 && line.front() == '"' && line.back() == '"') line = line.substr(1, 5);
  if (line.size() != 5 || AsciiLower(line.substr(0, 4)) != "sep=") return std::nullopt;
  const char c = AsciiLower(line[4]);
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '"' ? std::nullopt : std::optional(line[4]);
}

bool IsBlank(const std::string& field) { return Trimmed(field).empty(); }

void DropBlankEnd(size_t least, std::vector<std::string>* fields) {
  while (fields->size() > least && IsBlank(fields->back())) fields->pop_back();
}

// Reads a row from a copy of the reader; no fields if it cannot be read.
std::vector<std::string> PeekRow(CsvReader reader) {
  std::vector<std::string> fields;
  try {
    reader.Next(&fields);
  } catch (const Error&) {
    fields.clear();
  }
  return fields;
}

}  // namespace

TableReader::TableReader(DecodedText text, const std::string& file) : file_(file), decoded_(std::move(text)) {
  CsvReader lines(decoded_.text, file);
  const std::optional<char> named = NamedDelimiter(lines.PeekLine());
  if (named) lines.SkipLine();
  CsvReader plain = lines;
  const auto is_plain = [](std::string_view line) { return !Trimmed(line).empty() && line.front() != '#'; };
  while (!plain.rest().empty() && !is_plain(plain.PeekLine())) plain.SkipLine();
  delimiter_ = named.value_or(SniffDelimiter(plain.rest().empty() ? lines.rest() : plain.rest()));
  if (!plain.rest().empty()) plain_ = PeekRow(CsvReader(plain.rest(), file, delimiter_));
  rows_.emplace(decoded_.text, file, delimiter_);
  if (named) rows_->SkipLine();
}

bool TableReader::Next(std::vector<std::string>* fields) {
  while (true) {
    if (rows_->rest().starts_with('#') && IsComment()) {
      rows_->SkipLine();
      ++comments_;
      continue;
    }
    if (!rows_->Next(fields)) return false;
    if (std::all_of(fields->begin(), fields->end(), IsBlank)) continue;
    FitToWidth(fields);
    return true;
  }
}

std::vector<std::vector<std::string>> TableReader::RowsWithin(const std::vector<std::string>& row,
                                                              const LongField& field) const {
  std::string text;
  for (const char c : row[field.field]) text += c == '"' ? "\"\"" : std::string(1, c);
  std::vector<std::vector<std::string>> rows;
  try {
    CsvReader lines(text, file_, delimiter_);
    for (std::vector<std::string> fields; lines.Next(&fields);) rows.push_back(fields);
  } catch (const Error&) {
    return {};
  }
  if (text.ends_with('\n') || text.ends_with('\r')) rows.push_back({""});
  const auto at = row.begin() + static_cast<ptrdiff_t>(field.field);
  rows.front().insert(rows.front().begin(), row.begin(), at);
  rows.back().insert(rows.back().end(), at + 1, row.end());
  std::erase_if(rows, [](const auto& fields) { return std::all_of(fields.begin(), fields.end(), IsBlank); });
  for (std::vector<std::string>& fields : rows) {
    DropBlankEnd(width_, &fields);
    if (fields.size() != width_) return {};
  }
  return rows.size() < 2 ? std::vector<std::vector<std::string>>{} : rows;
}

void TableReader::RefuseLongField(const LongField& field, const std::string& cause) const {
  throw Error(file_, "line " + std::to_string(field.line) + ": " + cause + ": a quote opens here and closes in line " +
                         std::to_string(field.end_line) + "; close it where the field ends, or take it away");
}

std::string TableReader::Description() const {
  std::string text = std::string(NameOf(decoded_.encoding)) + ", separated by " + NameOfDelimiter(delimiter_);
  if (comments_ > 0) text += ", " + Counted(comments_, "comment");
  return text;
}

bool TableReader::IsComment() const {
  const std::string_view line = rows_->PeekLine();
  const bool marked = line.size() == 1 || line[1] == ' ' || line[1] == '\t' || line[1] == '#';
  if (delimiter_ == ' ') return marked;
  if (width_ > 0 && !marked) return false;
  std::vector<std::string> row = PeekRow(*rows_);
  if (width_ > 0) {
    DropBlankEnd(width_, &row);
    return row.size() != width_;
  }
  if (plain_.empty() || row.size() == plain_.size()) return false;
  std::vector<std::string> plain = plain_;
  DropBlankEnd(1, &plain);
  DropBlankEnd(1, &row);
  return row.size() != plain.size();
}

void TableReader::FitToWidth(std::vector<std::string>* fields) {
  DropBlankEnd(std::max<size_t>(width_, 1), fields);
  if (width_ == 0) width_ = fields->size();
  if (fields->size() == width_) return;
  const std::string widths = Counted(fields->size(), "field") + " instead of " + std::to_string(width_);
  if (!long_fields().empty()) RefuseLongField(long_fields().front(), widths);
  std::string cause = "line " + std::to_string(line()) + ": " + widths;
  if (fields->front().starts_with('#')) cause += "; a comment must begin with \"# \"";
  if (fields->size() > width_) cause += "; a field that has the delimiter in it must be in quotes";
  throw Error(file_, cause + " (the table is read as separated by " + NameOfDelimiter(delimiter_) + ")");
}

std::string_view Trimmed(std::string_view text) {
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view blank : kBlanks) {
      if (text.starts_with(blank)) {
        text.remove_prefix(blank.size());
        again = true;
      } else if (text.ends_with(blank)) {
        text.remove_suffix(blank.size());
        again = true;
      }
    }
  }
  return text;
}

std::string ColumnKey(std::string_view name) {
  name = Trimmed(name);
  while (name.starts_with('#')) name = Trimmed(name.substr(1));
  std::string key = AsciiLower(name);
  std::replace(key.begin(), key.end(), '-', '_');
  std::replace(key.begin(), key.end(), ' ', '_');
  return key.starts_with("unnamed:") ? "" : key;
}

}  // namespace dataset

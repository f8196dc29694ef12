#include "dataset/io/csv.h"

#include <algorithm>

#include "dataset/base/error.h"
#include "dataset/io/text_encoding.h"

namespace dataset {
namespace {

constexpr char kQuoteCure[] = "; close it where the field ends, or take it away";

}  // namespace

CsvReader::CsvReader(std::string_view text, const std::string& file, char delimiter)
    : rest_(text),
      file_(file),
      delimiter_(delimiter),
      blanks_(delimiter == '\t' ? " " : " \t"),
      field_end_(std::string("\r\n") + delimiter + (delimiter == ' ' ? "\t" : "")) {}

bool CsvReader::Next(std::vector<std::string>* fields) {
  fields->clear();
  long_fields_.clear();
  if (rest_.empty()) return false;
  row_line_ = line_;
  while (true) {
    const size_t start = rest_.find_first_not_of(blanks_);
    if (delimiter_ == ' ' || (start != rest_.npos && rest_[start] == '"')) SkipBlanks();
    const bool quoted = !rest_.empty() && rest_.front() == '"';
    const size_t quote_line = line_;
    fields->push_back(quoted ? QuotedField(fields->size()) : PlainField());
    const bool blanks = (quoted || delimiter_ == ' ') && SkipBlanks();
    if (EndOfRow()) return true;
    if (delimiter_ == ' ' ? !blanks : rest_.front() != delimiter_) {
      Fail(quote_line,
           "text after a closing quote" + (line_ > quote_line ? " in line " + std::to_string(line_) + kQuoteCure : ""));
    }
    if (delimiter_ != ' ') rest_.remove_prefix(1);
  }
}

std::string_view CsvReader::PeekLine() const { return rest_.substr(0, rest_.find_first_of("\r\n")); }

void CsvReader::SkipLine() {
  rest_.remove_prefix(PeekLine().size());
  EndOfRow();
}

std::string CsvReader::QuotedField(size_t number) {
  const size_t first_line = line_;
  std::string field;
  rest_.remove_prefix(1);
  while (true) {
    const size_t quote = rest_.find('"');
    if (quote == rest_.npos) Fail(first_line, std::string("a quote is not closed") + kQuoteCure);
    field += rest_.substr(0, quote);
    line_ += CountLineEnds(rest_.substr(0, quote));
    rest_.remove_prefix(quote + 1);
    if (rest_.starts_with('"')) {
      field += '"';
      rest_.remove_prefix(1);
      continue;
    }
    if (line_ > first_line) long_fields_.push_back({number, first_line, line_});
    return field;
  }
}

std::string CsvReader::PlainField() {
  const size_t end = std::min(rest_.find_first_of(field_end_), rest_.size());
  std::string field(rest_.substr(0, end));
  if (field.find('"') != field.npos) {
    Fail(row_line_, "a quote inside a field without quotes; put the field in quotes and double the quote inside");
  }
  rest_.remove_prefix(end);
  return field;
}

bool CsvReader::SkipBlanks() {
  const size_t count = std::min(rest_.find_first_not_of(blanks_), rest_.size());
  rest_.remove_prefix(count);
  return count > 0;
}

bool CsvReader::EndOfRow() {
  if (rest_.empty()) return true;
  const size_t length = rest_.starts_with("\r\n") ? 2 : rest_.front() == '\n' || rest_.front() == '\r' ? 1 : 0;
  rest_.remove_prefix(length);
  line_ += length > 0 ? 1 : 0;
  return length > 0;
}

void CsvReader::Fail(size_t line, const std::string& cause) const {
  throw Error(file_, "line " + std::to_string(line) + ": " + cause);
}

void AppendCsvRow(const std::vector<std::string>& fields, std::string* out) {
  const auto is_special = [](char c) { return c == ',' || c == '"' || c == '\r' || c == '\n'; };
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) *out += ',';
    if (std::none_of(fields[i].begin(), fields[i].end(), is_special)) {
      *out += fields[i];
      continue;
    }
    *out += '"';
    for (char c : fields[i]) *out += c == '"' ? "\"\"" : std::string(1, c);
    *out += '"';
  }
  *out += '\n';
}

}  // namespace dataset

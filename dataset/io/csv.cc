#include "dataset/io/csv.h"

#include <algorithm>

#include "dataset/base/error.h"
#include "dataset/base/utf8.h"

namespace dataset {

CsvReader::CsvReader(std::string_view text, const std::string& file) : rest_(text), file_(file) {
  if (text.substr(0, 3) == "\xef\xbb\xbf") {
    throw Error(file, "begins with a byte-order mark; save it as UTF-8 without one");
  }
  if (!IsUtf8(text)) throw Error(file, "is not UTF-8");
}

bool CsvReader::Next(std::vector<std::string>* fields) {
  fields->clear();
  if (rest_.empty()) return false;
  row_line_ = line_;
  while (true) {
    const bool quoted = !rest_.empty() && rest_.front() == '"';
    fields->push_back(quoted ? QuotedField() : PlainField());
    if (EndOfRow()) return true;
    if (rest_.front() != ',') Fail(quoted ? "text after a closing quote" : "a lone carriage return");
    rest_.remove_prefix(1);
  }
}

std::string CsvReader::QuotedField() {
  std::string field;
  rest_.remove_prefix(1);
  while (true) {
    const size_t quote = rest_.find('"');
    if (quote == rest_.npos) Fail("a quote is not closed");
    field += rest_.substr(0, quote);
    line_ += static_cast<size_t>(std::count(rest_.begin(), rest_.begin() + static_cast<ptrdiff_t>(quote), '\n'));
    rest_.remove_prefix(quote + 1);
    if (rest_.empty() || rest_.front() != '"') return field;
    field += '"';
    rest_.remove_prefix(1);
  }
}

std::string CsvReader::PlainField() {
  const size_t end = std::min(rest_.find_first_of(",\r\n"), rest_.size());
  std::string field(rest_.substr(0, end));
  if (field.find('"') != field.npos) Fail("a quote inside an unquoted field");
  rest_.remove_prefix(end);
  return field;
}

bool CsvReader::EndOfRow() {
  if (rest_.empty()) return true;
  const size_t length = rest_.substr(0, 2) == "\r\n" ? 2 : rest_.front() == '\n' ? 1 : 0;
  rest_.remove_prefix(length);
  line_ += length > 0 ? 1 : 0;
  return length > 0;
}

void CsvReader::Fail(const std::string& cause) const {
  throw Error(file_, "line " + std::to_string(row_line_) + ": " + cause);
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

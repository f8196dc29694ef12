#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dataset {

// Rows of RFC 4180 text: comma, LF or CRLF, a field with comma, quote, CR or LF in double quotes, a quote inside
// doubled.
class CsvReader {
 public:
  // `text` must live as long as the reader; `file` is named in errors. Throws Error if `text` is not UTF-8 or begins
  // with a byte-order mark.
  CsvReader(std::string_view text, const std::string& file);

  // The next row; false at the end. A blank line is a row of one empty field. Throws Error naming the line.
  bool Next(std::vector<std::string>* fields);
  // Line on which the row last read begins, from 1.
  size_t line() const { return row_line_; }

 private:
  [[noreturn]] void Fail(const std::string& cause) const;
  std::string QuotedField();
  std::string PlainField();
  // Consumes LF, CRLF or the end of the text.
  bool EndOfRow();

  std::string_view rest_;
  std::string file_;
  size_t line_ = 1;
  size_t row_line_ = 0;
};

// Quotes where needed; the row ends in LF.
void AppendCsvRow(const std::vector<std::string>& fields, std::string* out);

}  // namespace dataset

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dataset {

// Reads the rows of CSV text (RFC 4180). Fields are separated by commas, rows end in LF or CRLF. A field that contains
// a comma, a quote, CR or LF is in double quotes, and a quote inside it is doubled. Not thread-safe.
class CsvReader {
 public:
  // `text` must live as long as the reader. `file` is named in errors. Throws Error if `text` is not UTF-8 or begins
  // with a byte-order mark.
  CsvReader(std::string_view text, const std::string& file);

  // Reads the next row into *fields. Returns false at the end. A blank line is a row with one empty field. Throws Error
  // with the line's number.
  bool Next(std::vector<std::string>* fields);
  // The line, counted from 1, on which the row read last begins.
  size_t line() const { return row_line_; }

 private:
  [[noreturn]] void Fail(const std::string& cause) const;
  std::string QuotedField();
  std::string PlainField();
  // Consumes LF, CRLF or the end of the text. Returns false if something else comes next.
  bool EndOfRow();

  std::string_view rest_;
  std::string file_;
  size_t line_ = 1;
  size_t row_line_ = 0;
};

// Appends a row that ends in LF. Fields are quoted only where that is needed.
void AppendCsvRow(const std::vector<std::string>& fields, std::string* out);

}  // namespace dataset

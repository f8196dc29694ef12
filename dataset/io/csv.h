#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dataset {

// A quoted field that holds line ends.
struct LongField {
  size_t field = 0;     // its place in the row
  size_t line = 0;      // on which its quote opens, counted from 1
  size_t end_line = 0;  // on which it closes
};

// Reads the rows of CSV text. Rows end in LF, CRLF or CR. A field that contains the delimiter, a quote, CR or LF is in
// double quotes, and a quote inside it is doubled; blanks around the quotes are no part of it. The delimiter ' ' stands
// for a run of blanks and tabs; at the ends of a row it separates nothing. Not thread-safe.
class CsvReader {
 public:
  // `text` must live as long as the reader. `file` is named in errors.
  CsvReader(std::string_view text, const std::string& file, char delimiter = ',');

  // Reads the next row into *fields. Returns false at the end. A blank line is a row with one empty field. Throws Error
  // with the number of the row's line, or of that on which a quote opens.
  bool Next(std::vector<std::string>* fields);
  // The line, counted from 1, on which the row read last begins.
  size_t line() const { return row_line_; }
  // Of the row read last.
  const std::vector<LongField>& long_fields() const { return long_fields_; }

  // What was not read yet; its first line, without its end; and the way past that line.
  std::string_view rest() const { return rest_; }
  std::string_view PeekLine() const;
  void SkipLine();

 private:
  [[noreturn]] void Fail(size_t line, const std::string& cause) const;
  // Returns the field number `field` of the row.
  std::string QuotedField(size_t field);
  std::string PlainField();
  // Returns whether there were any.
  bool SkipBlanks();
  // Consumes LF, CRLF, CR or the end of the text. Returns false if something else comes next.
  bool EndOfRow();

  std::string_view rest_;
  std::string file_;
  char delimiter_;
  std::string blanks_;     // that are no part of fields
  std::string field_end_;  // what ends a field without quotes
  size_t line_ = 1;
  size_t row_line_ = 0;
  std::vector<LongField> long_fields_;
};

// Appends a row that ends in LF. Fields are quoted only where that is needed.
void AppendCsvRow(const std::vector<std::string>& fields, std::string* out);

}  // namespace dataset

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/io/csv.h"
#include "dataset/io/text_encoding.h"

namespace dataset {

// Reads a table that a person, a program or a spreadsheet saved as text: in an encoding that DecodeText knows, with the
// delimiter that SniffDelimiter finds or that a first line "sep=;" names. Rows of empty fields are passed over, as are
// comments: lines that begin with '#' and have more or fewer fields than a row. After the first row, and where blanks
// are the delimiter, the '#' must stand alone or before a blank or another '#'. Not thread-safe.
class TableReader {
 public:
  // `file` is named in errors.
  TableReader(DecodedText text, const std::string& file);
  TableReader(const TableReader&) = delete;
  TableReader& operator=(const TableReader&) = delete;

  // Reads the next row into *fields. Returns false at the end. Empty fields at the end of the first row fall away;
  // every other row has as many fields as are left. Throws Error with the line for a row that has fewer, or more that
  // are not empty, and for quotes that do not fit.
  bool Next(std::vector<std::string>* fields);
  // The line, counted from 1, on which the row read last begins.
  size_t line() const { return rows_->line(); }
  // Of the row read last. A quote that is not closed may take the rows up to the next one into such a field.
  const std::vector<LongField>& long_fields() const { return rows_->long_fields(); }
  // Returns the rows that the lines of `field` would make of `row`, the row read last, if its quotes were not there;
  // none if not each of them has as many fields as the table.
  std::vector<std::vector<std::string>> RowsWithin(const std::vector<std::string>& row, const LongField& field) const;
  // Throws Error with the cure and the line on which the field's quote opens.
  [[noreturn]] void RefuseLongField(const LongField& field, const std::string& cause) const;
  // "UTF-8, separated by commas"; comments that were passed over are counted.
  std::string Description() const;

 private:
  // Whether the next line, which begins with '#', is no row.
  bool IsComment() const;
  void FitToWidth(std::vector<std::string>* fields);

  const std::string file_;
  DecodedText decoded_;
  std::optional<CsvReader> rows_;
  char delimiter_ = ',';
  std::vector<std::string> plain_;  // the first row that does not begin with '#'; empty: there is none
  size_t width_ = 0;                // 0: no row was read
  size_t comments_ = 0;
};

// Returns the text without blanks, tabs and no-break spaces at its ends.
std::string_view Trimmed(std::string_view text);
// Returns the name of a column as people mean it: trimmed, without a '#' in front, letters A-Z small, '-' and ' ' as
// '_'. "" for a column without a name, such as the "Unnamed: 0" of pandas.
std::string ColumnKey(std::string_view name);

}  // namespace dataset

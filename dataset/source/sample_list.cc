#include "dataset/source/sample_list.h"

#include <utility>

#include "dataset/base/error.h"
#include "dataset/io/table_reader.h"
#include "dataset/io/text_encoding.h"
#include "dataset/source/json_list.h"
#include "dataset/source/list_columns.h"
#include "dataset/source/list_values.h"

namespace dataset {
namespace {

SampleList ParseTable(DecodedText text, const std::string& file, const SampleListOptions& options) {
  TableReader table(std::move(text), file);
  std::vector<std::string> fields;
  if (!table.Next(&fields)) throw Error(file, "is empty; each line must have a path and a label");
  const ListColumns columns = ChooseListColumns(fields, options, file, "line " + std::to_string(table.line()));
  const std::vector<std::string> header = columns.header ? fields : std::vector<std::string>{};
  SampleList list;
  std::vector<std::string> splits;
  bool more = columns.header ? table.Next(&fields) : true;
  for (; more; more = table.Next(&fields)) {
    if (fields == header) {
      throw Error(file, "line " + std::to_string(table.line()) + ": the header comes again; remove this line");
    }
    ListedSample sample;
    sample.place = table.line();
    if (columns.extra != ListColumns::kNone) sample.extra = fields[columns.extra];
    if (columns.split != ListColumns::kNone) splits.push_back(std::move(fields[columns.split]));
    sample.path = std::move(fields[columns.path]);
    sample.label = std::move(fields[columns.label]);
    list.samples.push_back(std::move(sample));
  }
  FinishSampleList(columns, splits, table.Description(), file, &list);
  return list;
}

}  // namespace

std::string SampleList::PlaceOf(const ListedSample& sample) const { return unit + " " + std::to_string(sample.place); }

SampleList ParseSampleList(std::string_view bytes, const std::string& file, const SampleListOptions& options) {
  CheckColumnNames(options);
  DecodedText decoded = DecodeText(bytes, file);
  const size_t begin = decoded.text.find_first_not_of(" \t\r\n");
  const bool json = begin != std::string::npos && (decoded.text[begin] == '[' || decoded.text[begin] == '{');
  if (!json && !options.json_key.empty()) throw Error::Usage("`json_key` is for a JSON list, but " + file + " is none");
  return json ? ParseJsonList(decoded.text, file, options) : ParseTable(std::move(decoded), file, options);
}

}  // namespace dataset

// Text files: manifest.csv, classes.txt, other programs' files of classes, .idx.
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "dataset/base/utf8.h"
#include "dataset/catalog/manifest.h"
#include "dataset/io/csv.h"
#include "dataset/read/class_map.h"
#include "dataset/record/shard_index.h"
#include "tests/fuzz/fuzz.h"

using namespace dataset;

namespace {

void ReadCsv(std::string_view text) {
  CsvReader reader(text, "");
  std::string written;
  std::vector<std::vector<std::string>> rows;
  for (std::vector<std::string> fields; reader.Next(&fields);) {
    AppendCsvRow(fields, &written);
    rows.push_back(fields);
  }
  CsvReader again(written, "");
  std::vector<std::string> fields;
  for (const auto& row : rows) fuzz::Check(again.Next(&fields) && fields == row);
  fuzz::Check(!again.Next(&fields));
}

void ReadManifest(std::string_view text) {
  const Manifest manifest = ParseManifest(text, "");
  fuzz::Check(manifest.Labels().size() == manifest.entries.size());
  const std::string written = FormatManifest(manifest);
  fuzz::Check(FormatManifest(ParseManifest(written, "")) == written);
}

void ReadClasses(std::string_view text) {
  const std::vector<std::string> classes = ParseClasses(text, "");
  fuzz::Check(ParseClasses(FormatClasses(classes), "") == classes);
}

template <uint32_t kBase>
void ReadClassMap(std::string_view text) {
  const std::vector<std::string> classes = ParseClassMap(text, kBase, "");
  fuzz::Check(!classes.empty() && std::set<std::string>(classes.begin(), classes.end()).size() == classes.size());
  for (const std::string& name : classes) fuzz::Check(!name.empty() && !HasControlCharacter(name));
}

void ReadIndex(std::string_view text) {
  constexpr uint64_t kShardBytes = 210;
  const std::vector<IndexEntry> entries = ParseIndex(text, kShardBytes, "");
  fuzz::Check(ParseIndex(FormatIndex(entries), kShardBytes, "") == entries);
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = fuzz::Bytes(data, size);
  for (const auto read : {ReadCsv, ReadManifest, ReadClasses, ReadClassMap<0>, ReadClassMap<1>, ReadIndex})
    fuzz::Accepts([&] { read(text); });
  return 0;
}

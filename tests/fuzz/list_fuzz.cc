// Lists of samples: tables of text, JSON and JSON Lines, and the files that their paths mean.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "dataset/base/utf8.h"
#include "dataset/catalog/manifest.h"
#include "dataset/io/csv.h"
#include "dataset/io/table_reader.h"
#include "dataset/source/listed_files.h"
#include "dataset/source/sample_list.h"
#include "tests/fuzz/fuzz.h"
#include "tests/testing/testing.h"

using namespace dataset;

namespace {

constexpr size_t kSoughtPaths = 8;

// A folder with a few files, made once.
const std::filesystem::path& Root() {
  static const dataset::testing::TempDir dir;
  static const std::filesystem::path root = [] {
    for (const char* path : {"a.jpg", "img/cat0.jpg", "img/Dog.JPG", "img/0a.png", "img/b c.png", "IMG/cat0.jpg"}) {
      dataset::testing::WriteFile(dir / path, "x");
    }
    return std::filesystem::canonical(dir.path());
  }();
  return root;
}

void CheckSamples(const SampleList& list) {
  fuzz::Check(!list.samples.empty() && !list.notes.empty());
  for (const ListedSample& sample : list.samples) {
    fuzz::Check(!sample.path.empty() && !sample.label.empty() && !HasControlCharacter(sample.label));
    fuzz::Check(Trimmed(sample.label) == sample.label);
    fuzz::Check(sample.split.has_value() == list.samples.front().split.has_value());
  }
}

// A list that is written plainly must be read as it was.
void CheckWritten(const SampleList& list) {
  std::string csv;
  AppendCsvRow({"path", "label"}, &csv);
  for (const ListedSample& sample : list.samples) {
    if (sample.path == "path" && sample.label == "label") return;  // a header again
    AppendCsvRow({sample.path, sample.label}, &csv);
  }
  const SampleList again = ParseSampleList(csv, "", {});
  fuzz::Check(again.samples.size() == list.samples.size());
  for (size_t i = 0; i < list.samples.size(); ++i) {
    fuzz::Check(again.samples[i].path == list.samples[i].path && again.samples[i].label == list.samples[i].label);
  }
}

void FindFiles(const SampleList& list) {
  ListedFiles files(Root(), "");
  for (size_t i = 0; i < std::min(list.samples.size(), kSoughtPaths); ++i) {
    fuzz::Accepts([&] {
      const std::optional<std::string> file = files.Find(list.samples[i].path, "");
      fuzz::Check(!file || (IsCleanRelativePath(*file) && std::filesystem::is_regular_file(Root() / *file)));
    });
  }
  for (const std::string& note : files.Notes()) fuzz::Check(!HasControlCharacter(note));
}

void ReadList(std::string_view bytes, const SampleListOptions& options) {
  const SampleList list = ParseSampleList(bytes, "", options);
  CheckSamples(list);
  CheckWritten(list);
  FindFiles(list);
}

// No row of a table is lost: each has the width of the first, and all fields together are the text but for its frame.
void ReadTable(std::string_view bytes) {
  TableReader table(DecodeText(bytes, ""), "");
  size_t width = 0, line = 0;
  for (std::vector<std::string> fields; table.Next(&fields);) {
    fuzz::Check(!fields.empty() && (width == 0 || fields.size() == width) && table.line() > line);
    width = fields.size();
    line = table.line();
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = fuzz::Bytes(data, size);
  SampleListOptions named, keyed;
  named.columns = {"file", "class"};
  named.extra_column = "patient";
  keyed.json_key = "images";
  fuzz::Accepts([&] { ReadTable(bytes); });
  for (const SampleListOptions& options : {SampleListOptions{}, named, keyed}) {
    fuzz::Accepts([&] { ReadList(bytes, options); });
  }
  return 0;
}

#include "dataset/read/class_map.h"

#include <set>
#include <system_error>

#include "dataset/base/error.h"
#include "dataset/base/utf8.h"
#include "dataset/catalog/manifest.h"
#include "dataset/io/table_reader.h"
#include "dataset/io/text_encoding.h"
#include "dataset/read/class_rows.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

// Returns the names of numbered classes in label order.
std::vector<std::string> NamesOf(const std::vector<ClassRow>& rows, uint32_t label_base, const std::string& file) {
  std::map<uint32_t, std::string> names;
  for (const ClassRow& row : rows) {
    const auto refuse = [&](const std::string& cause) { throw Error(file, row.place + ": " + cause); };
    if (Trimmed(row.name).empty()) refuse("the class name is empty");
    if (HasControlCharacter(row.name)) refuse("the class name has a control character");
    if (row.number < label_base) continue;
    if (!names.emplace(row.number - label_base, row.name).second) {
      refuse("the number " + std::to_string(row.number) + " was there already");
    }
  }
  if (names.empty()) throw Error(file, "names no class from " + std::to_string(label_base) + " on");
  if (names.rbegin()->first != names.size() - 1) {
    uint32_t gap = 0;
    while (names.contains(gap)) ++gap;
    const std::string first = std::to_string(names.begin()->first + label_base);
    throw Error(file, "has no class " + std::to_string(gap + label_base) +
                          (gap > 0 ? "" : "; if labels count from " + first + ", `label_base` " + first + " says so"));
  }
  return NameClasses(static_cast<uint32_t>(names.size()), label_base, names);
}

}  // namespace

std::vector<std::string> ParseClassMap(std::string_view bytes, uint32_t label_base, const std::string& file) {
  const DecodedText decoded = DecodeText(bytes, file);
  const std::optional<std::vector<ClassRow>> rows = ParseClassRows(decoded.text, label_base, file);
  return rows ? NamesOf(*rows, label_base, file) : ParseClasses(bytes, file);
}

std::optional<fs::path> FindClassMap(const fs::path& folder) {
  for (const char* name : {"classes.txt", "labels.txt", "label.labels.txt"}) {
    std::error_code error;
    if (fs::is_regular_file(folder / name, error)) return folder / name;
  }
  return std::nullopt;
}

std::vector<std::string> NameClasses(uint32_t count, uint32_t label_base,
                                     const std::map<uint32_t, std::string>& names) {
  std::map<std::string_view, uint32_t> uses;
  for (const auto& [label, name] : names) ++uses[name];
  std::vector<std::string> classes(count);
  std::set<std::string> taken;
  for (uint32_t i = 0; i < count; ++i) {
    const std::string label = std::to_string(uint64_t{i} + label_base);
    const auto named = names.find(i);
    if (named == names.end() || named->second.empty()) {
      classes[i] = label;
    } else {
      classes[i] = uses[named->second] == 1 ? named->second : named->second + " (" + label + ")";
    }
    // A name in the file may look like one that is made here.
    while (!taken.insert(classes[i]).second) classes[i] += " (" + label + ")";
  }
  return classes;
}

}  // namespace dataset

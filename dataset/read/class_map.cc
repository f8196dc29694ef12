#include "dataset/read/class_map.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <system_error>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/base/message_text.h"
#include "dataset/base/utf8.h"
#include "dataset/catalog/manifest.h"
#include "dataset/io/table_reader.h"
#include "dataset/io/text_encoding.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

using Row = std::pair<uint32_t, std::string>;

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::optional<Row> ParseRow(std::string_view line) {
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (error != std::errc() || end == line.data() + line.size() || *end != ':') return std::nullopt;
  return Row(number, Trimmed(line.substr(static_cast<size_t>(end - line.data()) + 1)));
}

}  // namespace

std::vector<std::string> ParseClassMap(std::string_view bytes, uint32_t label_base, const std::string& file) {
  const DecodedText decoded = DecodeText(bytes, file);
  const std::vector<std::string_view> lines = Lines(decoded.text);
  const auto is_numbered = [](std::string_view line) { return ParseRow(line).has_value(); };
  const auto numbered = std::count_if(lines.begin(), lines.end(), is_numbered);
  // Names such as "3:4" may be among others; among numbered lines another one is a mistake.
  if (2 * static_cast<size_t>(numbered) <= lines.size()) return ParseClasses(bytes, file);
  const auto odd = std::find_if_not(lines.begin(), lines.end(), is_numbered);
  if (odd != lines.end()) {
    throw Error(file, "line " + std::to_string(odd - lines.begin() + 1) + ": " + Quoted(*odd) +
                          " is not number:name, as other lines are");
  }
  std::map<uint32_t, std::string> names;
  for (size_t line = 0; line < lines.size(); ++line) {
    const auto refuse = [&](const std::string& cause) {
      throw Error(file, "line " + std::to_string(line + 1) + ": " + cause);
    };
    auto [number, name] = *ParseRow(lines[line]);
    if (name.empty()) refuse("the class name is empty");
    if (HasControlCharacter(name)) refuse("the class name has a control character");
    if (number < label_base) continue;
    if (!names.emplace(number - label_base, std::move(name)).second) {
      refuse("the number " + std::to_string(number) + " was there already");
    }
  }
  if (names.empty()) throw Error(file, "names no class from " + std::to_string(label_base) + " on");
  if (names.rbegin()->first != names.size() - 1) {
    uint32_t gap = 0;
    while (names.contains(gap)) ++gap;
    throw Error(file, "has no class " + std::to_string(gap + label_base));
  }
  return NameClasses(static_cast<uint32_t>(names.size()), label_base, names);
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

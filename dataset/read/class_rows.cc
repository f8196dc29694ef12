#include "dataset/read/class_rows.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/base/message_text.h"
#include "dataset/base/utf8.h"
#include "dataset/io/table_reader.h"
#include "proto/label_map.pb.h"

namespace dataset {
namespace {

using Json = nlohmann::json;
using Rows = std::vector<ClassRow>;

enum class Number { kFirst, kLast };
// Whether plain names may look so. Then the numbers must be 0, 1, ... or 1, 2, ..., and the names different.
enum class Names { kNever, kMaybe };

struct Form {
  const char* text;
  char separator;
  Number number;
  Names names;
};
constexpr Form kForms[] = {
    {"number:name", ':', Number::kFirst, Names::kNever},     {"number,name", ',', Number::kFirst, Names::kNever},
    {"number;name", ';', Number::kFirst, Names::kNever},     {"number<tab>name", '\t', Number::kFirst, Names::kNever},
    {"name,number", ',', Number::kLast, Names::kNever},      {"name;number", ';', Number::kLast, Names::kNever},
    {"name<tab>number", '\t', Number::kLast, Names::kNever}, {"name:number", ':', Number::kLast, Names::kMaybe},
    {"number. name", '.', Number::kFirst, Names::kMaybe},    {"number name", ' ', Number::kFirst, Names::kMaybe},
};

std::optional<uint32_t> ParseNumber(std::string_view text) {
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::string_view Unquoted(std::string_view text) {
  if (text.size() < 2 || (text.front() != '"' && text.front() != '\'') || text.back() != text.front()) return text;
  const std::string_view inner = text.substr(1, text.size() - 2);
  return inner.find(text.front()) == inner.npos ? inner : text;
}

std::optional<ClassRow> ParseRow(std::string_view line, const Form& form) {
  line = Trimmed(line);
  const size_t at = form.number == Number::kFirst ? line.find(form.separator) : line.rfind(form.separator);
  if (at == line.npos) return std::nullopt;
  const std::string_view before = Trimmed(line.substr(0, at)), after = Trimmed(line.substr(at + 1));
  const auto [digits, name] = form.number == Number::kFirst ? std::pair(before, after) : std::pair(after, before);
  const std::optional<uint32_t> number = ParseNumber(digits);
  return number ? std::optional(ClassRow{*number, std::string(Unquoted(name)), ""}) : std::nullopt;
}

bool NumbersClasses(const Rows& rows) {
  std::set<uint32_t> numbers;
  std::set<std::string_view> names;
  for (const ClassRow& row : rows) {
    numbers.insert(row.number);
    names.insert(row.name);
  }
  return rows.size() > 1 && numbers.size() == rows.size() && names.size() == rows.size() && *numbers.begin() <= 1 &&
         *numbers.rbegin() - *numbers.begin() == rows.size() - 1;
}

// Names such as "3:4" may be among others; among numbered lines another one is a mistake.
std::optional<Rows> RowsOfLines(std::string_view text, const std::string& file) {
  const std::vector<std::string_view> lines = LinesOf(text);
  for (const Form& form : kForms) {
    Rows rows;
    std::optional<size_t> odd;
    for (size_t i = 0; i < lines.size(); ++i) {
      std::optional<ClassRow> row = ParseRow(lines[i], form);
      if (row) {
        row->place = "line " + std::to_string(i + 1);
        rows.push_back(*std::move(row));
      } else if (!odd) {
        odd = i;
      }
    }
    if (2 * rows.size() <= lines.size() || (form.names == Names::kMaybe && !NumbersClasses(rows))) continue;
    if (!odd) return rows;
    throw Error(file, "line " + std::to_string(*odd + 1) + ": " + Quoted(lines[*odd]) + " is not " + form.text +
                          ", as other lines are; write all as number:name");
  }
  const auto listed =
      std::count_if(lines.begin(), lines.end(), [](auto line) { return Trimmed(line).starts_with("- "); });
  if (2 * static_cast<size_t>(listed) > lines.size()) {
    throw Error(file, "looks like a list in YAML, which is not read; write one name a line, or a JSON list");
  }
  return std::nullopt;
}

bool LooksLikeJson(std::string_view text) {
  if (text.starts_with('{')) return true;
  if (!text.starts_with('[')) return false;
  const size_t next = text.find_first_not_of(" \t\r\n", 1);
  return next == text.npos || std::string_view("\"'[{]").find(text[next]) != text.npos || text[1] == '\n' ||
         text[1] == '\r';
}

Rows RowsOfJson(std::string_view text, uint32_t label_base, const std::string& file) {
  constexpr char kForm[] = "; it must be a list of names, or an object of numbers and names";
  std::set<std::string> members;
  const auto note = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::key && depth == 1 && !members.insert(parsed.get<std::string>()).second) {
      throw Error(file, "member " + Quoted(parsed.get<std::string>()) + " comes twice; remove one");
    }
    return true;
  };
  Json json;
  try {
    json = Json::parse(text, note);
  } catch (const Json::exception& error) {
    throw Error(file, "looks like JSON, but is none: " + Printable(error.what()) + kForm);
  }
  Rows rows;
  for (const auto& [key, value] : json.items()) {
    const std::string place = (json.is_array() ? "element " : "member ") + Printable(key);
    const std::optional<uint32_t> number = ParseNumber(key);
    if (value.is_string() && number) {
      rows.push_back({*number + (json.is_array() ? label_base : 0), value.get<std::string>(), place});
    } else if (json.is_object() && value.is_number_unsigned() && value.get<uint64_t>() <= UINT32_MAX) {
      rows.push_back({value.get<uint32_t>(), key, place});
    } else {
      throw Error(file, place + ": no number and name" + kForm);
    }
  }
  return rows;
}

// Whether the first thing in the text is an item of a label map.
bool LooksLikeLabelMap(std::string_view text) {
  while (text.starts_with('#')) {
    text.remove_prefix(std::min(text.find('\n'), text.size()));
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  }
  if (!text.starts_with("item")) return false;
  const size_t next = text.find_first_not_of(" \t\r\n:", 4);
  return next != text.npos && text[next] == '{';
}

class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber, const std::string& message) override {
    if (text_.empty()) text_ = "line " + std::to_string(line + 1) + ": " + Printable(message);
  }
  void AddWarning(int, google::protobuf::io::ColumnNumber, const std::string&) override {}
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

Rows RowsOfLabelMap(std::string_view text, const std::string& file) {
  constexpr int kDeepest = 20;  // messages in messages
  google::protobuf::TextFormat::Parser parser;
  FirstError error;
  parser.AllowUnknownField(true);
  parser.SetRecursionLimit(kDeepest);
  parser.RecordErrorsTo(&error);
  dstools::LabelMap map;
  if (!parser.ParseFromString(std::string(text), &map)) throw Error(file, "is no label map: " + error.text());
  Rows rows;
  for (const dstools::LabelMap::Item& item : map.item()) {
    const std::string place = "item " + std::to_string(rows.size() + 1);
    if (!item.has_id() || item.id() < 0) throw Error(file, place + ": has no id; each needs one from 0");
    // The name may be the id of a thing in a knowledge base, such as "/m/01g317".
    const bool is_id = item.name().empty() || item.name().starts_with("/m/");
    const bool shown = is_id && !item.display_name().empty();
    rows.push_back({static_cast<uint32_t>(item.id()), shown ? item.display_name() : item.name(), place});
  }
  return rows;
}

}  // namespace

std::optional<Rows> ParseClassRows(std::string_view text, uint32_t label_base, const std::string& file) {
  const std::string_view begin = text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  if (LooksLikeJson(begin)) return RowsOfJson(begin, label_base, file);
  if (LooksLikeLabelMap(begin)) return RowsOfLabelMap(text, file);
  return RowsOfLines(text, file);
}

std::vector<std::string_view> LinesOf(std::string_view text) {
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

}  // namespace dataset

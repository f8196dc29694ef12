#include "dataset/source/json_list.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/base/utf8.h"
#include "dataset/io/table_reader.h"
#include "dataset/source/list_columns.h"
#include "dataset/source/list_values.h"

namespace dataset {
namespace {

using Json = nlohmann::json;

[[noreturn]] void Fail(const std::string& file, const std::string& cause) { throw Error(file, cause); }

// Parses one JSON text. A name that comes twice in an object would hide the first of its values.
Json Parse(std::string_view text, const std::string& file, const std::string& where) {
  std::vector<std::set<std::string>> names;
  std::string twice;
  const auto note = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) names.emplace_back();
    if (event == Json::parse_event_t::object_end) names.pop_back();
    if (event == Json::parse_event_t::key && !names.back().insert(parsed.get<std::string>()).second) {
      twice = parsed.get<std::string>();
    }
    return true;
  };
  Json json;
  try {
    json = Json::parse(text, note);
  } catch (const Json::exception& error) {
    Fail(file, where + "is no JSON: " + Printable(error.what()));
  }
  if (!twice.empty()) Fail(file, where + "member \"" + Printable(twice) + "\" comes twice in one object; remove one");
  return json;
}

// Returns a member that is text or a number, as text; nullopt if it is missing or anything else.
std::optional<std::string> MemberText(const Json& object, const std::string& name) {
  const auto member = object.find(name);
  if (member == object.end()) return std::nullopt;
  if (member->is_string()) return member->get<std::string>();
  if (member->is_number_integer()) return member->dump();
  if (member->is_number_float() && member->dump().ends_with(".0")) return member->dump();
  return std::nullopt;
}

class JsonSamples {
 public:
  JsonSamples(const std::string& file, const SampleListOptions& options, std::string unit)
      : file_(file), options_(options) {
    list_.unit = std::move(unit);
  }

  // Takes the names of an object's members. Must have seen all objects before the first one is added.
  void AddNames(const Json& object, size_t place) {
    if (!object.is_object()) Fail(file_, PlaceText(place) + ": it is no object");
    for (const auto& [name, value] : object.items()) {
      if (known_.insert(name).second) names_.push_back(name);
    }
    if (first_names_ == 0) first_names_ = names_.size();
  }

  void Add(const Json& object, size_t place) {
    const std::string where = PlaceText(place);
    if (list_.samples.empty()) {
      const std::vector<std::string> first(names_.begin(), names_.begin() + static_cast<ptrdiff_t>(first_names_));
      columns_ = ChooseListMembers(first, names_, options_, file_, where);
      split_names_ = SplitNames(names_.size());
    }
    ListedSample sample;
    sample.place = place;
    sample.path = Text(object, columns_.path, where);
    sample.label = Text(object, columns_.label, where);
    if (columns_.extra != ListColumns::kNone) sample.extra = Text(object, columns_.extra, where);
    if (columns_.split != ListColumns::kNone) splits_.push_back(SplitText(object, where));
    for (size_t i = 0; i < names_.size(); ++i) {
      if (split_names_.Only(i)) split_names_.Add(i, MemberText(object, names_[i]).value_or(""));
    }
    list_.samples.push_back(std::move(sample));
  }

  SampleList Finish(const std::string& format) {
    FinishSampleList(columns_, splits_, split_names_, format, file_, &list_);
    return std::move(list_);
  }

 private:
  std::string PlaceText(size_t place) const { return list_.unit + " " + std::to_string(place); }

  // A member that is missing or null is what a blank cell of a table is.
  std::string SplitText(const Json& object, const std::string& where) const {
    const auto member = object.find(columns_.names[columns_.split]);
    return member == object.end() || member->is_null() ? "" : Text(object, columns_.split, where);
  }

  std::string Text(const Json& object, size_t column, const std::string& where) const {
    const std::string& name = columns_.names[column];
    std::optional<std::string> text = MemberText(object, name);
    if (!text) Fail(file_, where + ": \"" + Printable(name) + "\" is missing or no text");
    return *std::move(text);
  }

  const std::string& file_;
  const SampleListOptions& options_;
  std::set<std::string> known_;
  std::vector<std::string> names_;  // of the members of all objects, in the order of their first
  size_t first_names_ = 0;          // so many of them the first object has
  ListColumns columns_;
  std::vector<std::string> splits_;
  SplitNames split_names_{0};
  SampleList list_;
};

std::string_view FirstLine(std::string_view text) { return text.substr(0, text.find_first_of("\r\n")); }

// Whether the first line is an object of its own that is no frame around a list.
bool IsJsonLines(std::string_view text, const SampleListOptions& options) {
  const std::string_view line = FirstLine(text);
  if (!options.json_key.empty() || !line.starts_with('{') || !Json::accept(line)) return false;
  const bool alone = Trimmed(text.substr(line.size())).find_first_not_of("\r\n\t ") == line.npos;
  if (!alone) return true;
  const Json object = Json::parse(line);
  return std::none_of(object.begin(), object.end(), [](const Json& value) { return value.is_structured(); });
}

}  // namespace

SampleList ParseJsonList(std::string_view text, const std::string& file, const SampleListOptions& options) {
  const size_t first_line = 1 + CountLineEnds(text.substr(0, text.find_first_of("[{")));
  text.remove_prefix(text.find_first_of("[{"));
  if (IsJsonLines(text, options)) {
    JsonSamples samples(file, options, "line");
    for (const auto take : {&JsonSamples::AddNames, &JsonSamples::Add}) {
      size_t line = first_line;
      for (std::string_view rest = text; !rest.empty(); ++line) {
        const std::string_view object = FirstLine(rest);
        if (!Trimmed(object).empty()) {
          (samples.*take)(Parse(object, file, "line " + std::to_string(line) + ": "), line);
        }
        rest.remove_prefix(object.size());
        rest.remove_prefix(rest.starts_with("\r\n") ? 2 : rest.empty() ? 0 : 1);
      }
    }
    return samples.Finish("JSON Lines");
  }
  const Json json = Parse(text, file, "");
  const Json* list = &json;
  if (!options.json_key.empty()) {
    const auto member = json.find(options.json_key);
    if (!json.is_object() || member == json.end()) Fail(file, "has no member \"" + Printable(options.json_key) + "\"");
    list = &*member;
  }
  if (!list->is_array()) {
    Fail(file,
         "is no list of objects, such as [{\"image_id\": \"a.jpg\", \"label\": \"cat\"}]; `json_key` names the member "
         "that holds the list");
  }
  JsonSamples samples(file, options, "element");
  for (size_t i = 0; i < list->size(); ++i) samples.AddNames((*list)[i], i);
  for (size_t i = 0; i < list->size(); ++i) samples.Add((*list)[i], i);
  return samples.Finish("JSON");
}

}  // namespace dataset

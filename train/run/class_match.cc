#include "train/run/class_match.h"

#include <algorithm>

#include "dataset/base/error.h"
#include "dataset/base/message_text.h"
#include "dataset/base/utf8.h"
#include "dataset/io/csv.h"
#include "dataset/io/text_encoding.h"

namespace train {

namespace {

std::string List(const std::vector<std::string>& names) { return dataset::FirstNames(names, 5); }

void CheckRenames(const ClassRenames& renames, const std::vector<std::string>& data_classes,
                  const std::vector<std::string>& model_classes, const std::filesystem::path& folder) {
  const auto has = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (const auto& [from, to] : renames) {
    if (!has(data_classes, from)) {
      throw dataset::Error(folder, "`map` renames " + dataset::Printable(from) +
                                       ", which is none of its classes: " + List(data_classes));
    }
    if (!has(model_classes, to)) {
      throw dataset::Error(folder, "`map` renames " + dataset::Printable(from) + " to " + dataset::Printable(to) +
                                       ", which is none of the run's classes: " + List(model_classes));
    }
  }
}

}  // namespace

ClassRenames ParseClassRenames(std::string_view text, const std::string& file) {
  ClassRenames renames;
  const dataset::DecodedText decoded = dataset::DecodeText(text, file);
  dataset::CsvReader reader(decoded.text, file);
  std::vector<std::string> fields;
  while (reader.Next(&fields)) {
    const auto refuse = [&](const std::string& cause) {
      throw dataset::Error(file, "line " + std::to_string(reader.line()) + ": " + cause);
    };
    if (fields == std::vector<std::string>{""}) continue;
    if (fields.size() != 2 || fields[0].empty() || fields[1].empty()) {
      refuse("must be a class of the dataset, a comma, and a class of the run, such as tabby,cat");
    }
    if (!renames.emplace(fields[0], fields[1]).second) refuse(dataset::Printable(fields[0]) + " was there already");
  }
  if (renames.empty()) throw dataset::Error(file, "renames no class");
  return renames;
}

ClassMatch MatchClasses(const dataset::DatasetInfo& data, const dataset::DatasetSplit& split,
                        const std::vector<std::string>& model_classes, const ClassRenames& renames,
                        const std::filesystem::path& folder) {
  CheckRenames(renames, data.classes, model_classes, folder);
  std::map<std::string_view, uint32_t> numbers;
  for (uint32_t i = 0; i < model_classes.size(); ++i) numbers.emplace(model_classes[i], i);
  ClassMatch match;
  match.class_of_label.resize(data.classes.size());
  std::vector<bool> present(model_classes.size());
  std::vector<std::string> unknown;
  for (size_t label = 0; label < data.classes.size(); ++label) {
    if (split.records_per_class[label] == 0) continue;
    const auto renamed = renames.find(data.classes[label]);
    const std::string& name = renamed == renames.end() ? data.classes[label] : renamed->second;
    const auto number = numbers.find(name);
    if (number == numbers.end()) {
      unknown.push_back(name);
      continue;
    }
    if (name != data.classes[label]) match.renames.insert(*renamed);
    match.class_of_label[label] = number->second;
    present[number->second] = true;
  }
  for (size_t i = 0; i < model_classes.size(); ++i) {
    if (!present[i]) match.absent.push_back(model_classes[i]);
  }
  if (unknown.empty()) return match;
  throw dataset::Error(folder, "has classes that the run does not know: " + List(unknown) +
                                   (match.absent.empty() ? "" : "; it has no pictures of " + List(match.absent)) +
                                   "; a file of renames, `map`, says which classes of the run they are");
}

}  // namespace train

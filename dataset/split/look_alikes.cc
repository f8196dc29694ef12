#include "dataset/split/look_alikes.h"

#include <map>
#include <set>
#include <string>
#include <unordered_map>

#include "dataset/base/error.h"
#include "dataset/base/folded_name.h"
#include "dataset/base/utf8.h"
#include "dataset/split/class_order.h"

namespace dataset {
namespace {

struct Class {
  std::set<Split> splits;       // those that have its images, if they are ready-made
  std::string_view first_path;  // of its images; empty: it has none
};

std::map<std::string_view, Class> ClassesOf(const SampleSource& source) {
  std::map<std::string_view, Class> classes;
  for (const std::string& name : source.class_folders) classes.try_emplace(name);
  auto last = classes.end();
  for (const SourceSample& sample : source.samples) {
    if (sample.label.empty()) continue;
    if (last == classes.end() || last->first != sample.label) last = classes.try_emplace(sample.label).first;
    if (sample.split) last->second.splits.insert(*sample.split);
    if (last->second.first_path.empty()) last->second.first_path = sample.path;
  }
  return classes;
}

std::string Quoted(std::string_view name, const Class& found) {
  const std::string path = found.first_path.empty() ? "" : " (" + Printable(found.first_path) + ")";
  return '"' + Printable(name) + '"' + path;
}

}  // namespace

void RefuseLookAlikes(const SplitOptions& options, SampleSource* source) {
  const std::map<std::string_view, Class> classes = ClassesOf(*source);
  std::vector<std::string> names;
  for (const auto& [name, unused] : classes) names.emplace_back(name);
  const bool numbers = AreWholeNumbers(names);
  const auto key_of = [&](const std::string& name) {
    return numbers ? KeyOf(*ParseWholeNumber(name)) : FoldedName(name);
  };
  std::unordered_map<std::string, const std::string*> first;
  for (const std::string& name : names) {
    const auto [place, added] = first.try_emplace(key_of(name), &name);
    if (added) continue;
    const Class &one = classes.at(*place->second), &other = classes.at(name);
    const std::string text =
        "classes " + Quoted(*place->second, one) + " and " + Quoted(name, other) +
        (numbers ? " are the same number"
                 : " differ at most in case, blanks, invisible characters or the way accents are encoded") +
        "; join them or rename one";
    const bool in_one_split = one.splits.size() == 1 && one.splits == other.splits;
    if (!in_one_split) throw Error(options.source, text);
    source->warnings.push_back(text);
  }
}

}  // namespace dataset

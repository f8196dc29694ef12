#include "dataset/split/look_alikes.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/catalog/class_names.h"

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

}  // namespace

void RefuseLookAlikes(const SplitOptions& options, SampleSource* source) {
  const std::map<std::string_view, Class> classes = ClassesOf(*source);
  std::vector<std::string> names;
  for (const auto& [name, unused] : classes) names.emplace_back(name);
  for (const LookAlikePair& alike : FindLookAlikes(names)) {
    const Class &one = classes.at(alike.one), &other = classes.at(alike.other);
    const std::string text = alike.Text(one.first_path, other.first_path);
    const bool in_one_split = one.splits.size() == 1 && one.splits == other.splits;
    if (!in_one_split) throw Error(options.source, text);
    source->warnings.push_back(text);
  }
}

}  // namespace dataset

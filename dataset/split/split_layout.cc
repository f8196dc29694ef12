#include "dataset/split/split_layout.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "dataset/base/error.h"
#include "dataset/base/message_text.h"
#include "dataset/base/utf8.h"

namespace dataset {
namespace {

using NameList = std::vector<std::string>;

constexpr char kClasses[] = "; if all its folders are classes, use `split_folders` none";

// Where the files of a folder lie.
struct Content {
  bool directly = false;
  bool deeper = false;  // in a folder of the folder
};

// The folders of the root that have files.
std::map<std::string, Content> ContentsOfFolders(const FileTree& tree) {
  std::map<std::string, Content> contents;
  auto last = contents.end();
  for (const std::string& path : tree.files) {
    const size_t slash = path.find('/');
    if (slash == path.npos) continue;
    const std::string_view name = std::string_view(path).substr(0, slash);
    if (last == contents.end() || last->first != name) last = contents.try_emplace(std::string(name)).first;
    (path.find('/', slash + 1) == path.npos ? last->second.directly : last->second.deeper) = true;
  }
  return contents;
}

std::string List(const NameList& names) { return FirstNames(names, 3); }

// The split in a name such as "train2017", "01_test" or "images-val"; nullopt: there is none, or another word beside
// it.
std::optional<Split> NumberedSplit(std::string_view name) {
  std::string letters;
  for (const char c : name) {
    if (c < '0' || c > '9') letters += c;
  }
  constexpr std::string_view kSeparators = "_- .";
  const size_t begin = letters.find_first_not_of(kSeparators);
  if (begin == letters.npos) return std::nullopt;
  letters = letters.substr(begin, letters.find_last_not_of(kSeparators) + 1 - begin);
  for (const std::string_view word : {"images", "data", "set"}) {
    if (letters.starts_with(word)) letters.erase(0, letters.find_first_not_of(kSeparators, word.size()));
  }
  return ParseSplit(letters);
}

// Splits that lie inside of a folder which was taken as a class: RAW/chest/{train,test}, or RAW/cat/{train,test}.
void WarnOfInnerSplits(const FileTree& tree, SplitLayout* layout) {
  std::map<std::string_view, std::set<Split>> inner;
  NameList paths;
  for (const std::string& path : tree.folders) {
    const size_t slash = path.find('/');
    if (slash == path.npos || path.find('/', slash + 1) != path.npos) continue;
    const std::optional<Split> split = ParseSplit(path.substr(slash + 1));
    if (!split) continue;
    inner[std::string_view(path).substr(0, slash)].insert(*split);
    paths.push_back(path);
  }
  const auto several = std::find_if(inner.begin(), inner.end(), [](const auto& item) {
    return item.second.size() > 1 && item.second.contains(Split::kTrain);
  });
  if (several == inner.end()) return;
  layout->warnings.push_back(List(paths) + " have names of splits, but lie inside of classes and are dealt anew; if " +
                             Printable(several->first) + " is no class, give that folder instead of the one above it");
}

void CheckSplits(const std::map<std::string, Split>& named, const NameList& others, const std::filesystem::path& root) {
  NameList names;
  std::array<const std::string*, kSplits.size()> first{};
  for (const auto& [name, split] : named) {
    names.push_back(name);
    const std::string*& other = first[static_cast<size_t>(split)];
    if (other != nullptr) {
      throw Error(root, "has both " + Printable(*other) + " and " + Printable(name) +
                            ", which are names of the split " + std::string(NameOf(split)) +
                            "; join them, or leave one out with `exclude`");
    }
    other = &name;
  }
  if (first[static_cast<size_t>(Split::kTrain)] == nullptr) {
    throw Error(root, "has " + List(names) + (names.size() == 1 ? ", the name of a split" : ", names of splits") +
                          ", but no train; give the folder above train, or rename one to train" + kClasses);
  }
  if (!others.empty()) {
    throw Error(root, "has " + List(others) + " beside the splits " + List(names) +
                          "; move away what is no split, or leave it out with `exclude`" + kClasses);
  }
}

}  // namespace

SplitLayout FindSplitLayout(const FileTree& tree, const std::filesystem::path& root, const SplitOptions& options) {
  SplitLayout layout;
  if (options.split_folders == SplitFolders::kNone) return layout;
  std::map<std::string, Split> named;
  std::set<Split> numbered;
  NameList others;
  bool all_are_splits = true;  // by ParseSplit or NumberedSplit
  bool like_classes = options.label_regex.empty();
  for (const auto& [name, content] : ContentsOfFolders(tree)) {
    const std::optional<Split> split = ParseSplit(name);
    if (split) {
      named.emplace(name, *split);
      like_classes = like_classes && content.directly && !content.deeper;
    } else {
      others.push_back(name);
      const std::optional<Split> almost = NumberedSplit(name);
      if (almost) numbered.insert(*almost);
      all_are_splits = all_are_splits && almost;
    }
  }
  if (named.empty() && all_are_splits && numbered.size() > 1 && numbered.contains(Split::kTrain)) {
    throw Error(root,
                "has " + List(others) + ", which look like splits; rename them to train, val and test" + kClasses);
  }
  if (named.empty() || (like_classes && !all_are_splits)) {
    for (const auto& [name, split] : named) {
      layout.warnings.push_back("class " + Printable(name) + " has the name of a split; it was taken as a class, " +
                                "because its images lie directly in it, beside " + List(others) +
                                "; `split_folders` none says that this is right");
    }
    if (options.label_regex.empty()) WarnOfInnerSplits(tree, &layout);
    return layout;
  }
  CheckSplits(named, others, root);
  std::string note;
  for (const auto& [name, split] : named) {
    note += (note.empty() ? "" : ", ") + Printable(name) + " as " + std::string(NameOf(split));
  }
  layout.notes.push_back("folders taken as splits: " + note);
  for (const std::string& path : tree.folders) {
    const std::optional<Split> split = path.find('/') == path.npos ? ParseSplit(path) : std::nullopt;
    if (split) layout.splits.emplace(path, *split);
  }
  return layout;
}

}  // namespace dataset

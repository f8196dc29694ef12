#include "dataset/read/foreign_files.h"

#include <fnmatch.h>
#include <glob.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <tuple>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/base/message_text.h"
#include "dataset/base/utf8.h"
#include "dataset/io/readable_file.h"
#include "dataset/read/shard_name.h"
#include "dataset/record/record_format.h"
#include "dataset/record/record_reader.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxDepth = 8;           // of folders that are looked into
constexpr size_t kMostLooked = 10000;  // files of other names

[[noreturn]] void Refuse(const fs::path& path, const std::string& cause) { throw Error(path, cause); }

struct Candidate {
  Candidate(const fs::path& file, std::optional<Split> folder_split)
      : path(file), name(ParseShardName(file.filename().string())), of_folder(folder_split) {}

  fs::path path;
  ShardName name;
  std::optional<Split> of_folder;
  std::optional<Split> split;
};

// Whether the file begins with the header of a record.
bool HoldsRecords(const fs::path& path) {
  try {
    char header[kRecordHeaderBytes];
    const ReadableFile file(path);
    const size_t size = file.ReadAt(0, sizeof(header), header);
    ParseRecordHeader({header, size}, {path.string(), 0, 0});
    return true;
  } catch (const Error&) {
    return false;
  }
}

// Returns the split that the name of a folder tells.
std::optional<Split> FolderSplit(const fs::path& folder) {
  const fs::path normal = folder.lexically_normal();
  return SplitOfFolder((normal.has_filename() ? normal : normal.parent_path()).filename().string());
}

// Looks for shards below a folder.
class FolderSearch {
 public:
  explicit FolderSearch(const fs::path& root) : root_(root) {
    List(root, {}, Use::kRead, 0);
    const auto by_path = [](const auto& a, const auto& b) { return a.path < b.path; };
    std::sort(found_.begin(), found_.end(), by_path);
    std::sort(unread_.begin(), unread_.end(), by_path);
    std::sort(others_.begin(), others_.end(), by_path);
    if (!unread_.empty()) RefuseUnread();
  }

  std::vector<Candidate> TakeFound() { return std::move(found_); }

  // The files whose names are none of TFRecord files but that hold records; only the first of all others are looked at.
  std::vector<Candidate> TakeMisnamed() {
    others_.erase(others_.begin() + static_cast<ptrdiff_t>(std::min(others_.size(), kMostLooked)), others_.end());
    std::erase_if(others_, [](const Candidate& other) { return !HoldsRecords(other.path); });
    return std::move(others_);
  }

 private:
  enum class Use { kRead, kPassOver };

  void List(const fs::path& folder, std::optional<Split> split, Use use, int depth) {
    std::error_code error;
    fs::directory_iterator items(folder, error);
    if (error && use == Use::kPassOver) return;
    if (error) throw Error::System(folder, "cannot list", error.value());
    for (const fs::directory_entry& item : items) {
      const std::string name = item.path().filename().string();
      if (name.starts_with('.')) continue;
      if (item.is_directory(error)) {
        // A link further down may lead back to where we are.
        if (depth == kMaxDepth || (depth > 0 && item.is_symlink(error))) continue;
        const std::optional<Split> inner = SplitOfFolder(name);
        const bool clear = use == Use::kRead && (split ? !inner || inner == split : inner.has_value());
        List(item.path(), split ? split : inner, clear ? Use::kRead : Use::kPassOver, depth + 1);
      } else if (item.is_regular_file(error)) {
        Candidate candidate(item.path(), split);
        const bool shard = IsShardName(candidate.name);
        (!shard ? others_ : use == Use::kRead ? found_ : unread_).push_back(std::move(candidate));
      }
    }
  }

  [[noreturn]] void RefuseUnread() const {
    const Candidate& first = unread_.front();
    const std::string pattern = PatternOf(first.name);
    if (found_.empty()) {
      Refuse(root_, "has no TFRecord files but in sub-folders whose names tell no split, such as " +
                        first.path.lexically_relative(root_).string() + "; name that folder, or a pattern such as '" +
                        (root_ / "*" / pattern).string() + "'");
    }
    Refuse(first.path,
           "would not be read: the names of its folders tell no split, or two; move it, or name what is to "
           "be read by a pattern, such as '" +
               (found_.front().path.parent_path() / PatternOf(found_.front().name)).string() + "'");
  }

  const fs::path& root_;
  std::vector<Candidate> found_;
  std::vector<Candidate> unread_;  // files in folders that are not read
  std::vector<Candidate> others_;  // files of other names
};

std::vector<Candidate> Matches(const std::string& pattern) {
  std::vector<Candidate> found;
  glob_t matches{};
  const int result = glob(pattern.c_str(), 0, nullptr, &matches);
  const std::unique_ptr<glob_t, void (*)(glob_t*)> owner(&matches, globfree);
  if (result != 0) return found;
  for (size_t i = 0; i < matches.gl_pathc; ++i) {
    const fs::path path = matches.gl_pathv[i];
    if (path.extension() != ".idx" && fs::is_regular_file(path))
      found.emplace_back(path, FolderSplit(path.parent_path()));
  }
  return found;
}

constexpr char kNoName[] =
    "has no name of a TFRecord file, such as NAME.tfrecord or NAME-00000-of-00001, but holds records";

void CheckMisnamed(const std::vector<Candidate>& misnamed, const std::vector<Candidate>& found,
                   std::vector<std::string>* notes) {
  for (const Candidate& file : misnamed) {
    const std::vector<Split> told = SplitsOf(file.name);
    const std::optional<Split> split = told.size() == 1 ? told[0] : file.of_folder;
    const auto is_read = [&](const Candidate& other) { return other.split.value_or(Split::kTrain) == split; };
    if (!split || std::any_of(found.begin(), found.end(), is_read)) continue;
    Refuse(file.path, std::string(kNoName) + ", and no other file has any of " + std::string(NameOf(*split)) +
                          "; rename it, or name what is to be read by a pattern");
  }
  if (misnamed.empty()) return;
  notes->push_back(Counted(misnamed.size(), "file") + " with records " + (misnamed.size() == 1 ? "is" : "are") +
                   " not read, because the name is none of a TFRecord file: " +
                   Printable(misnamed.front().path.string()) + (misnamed.size() == 1 ? "" : ", ..."));
}

// Whether a folder was searched: what its sub-folders' names tell is then as sure as what the files' names tell.
enum class Searched { kNo, kYes };

void TellSplit(Searched searched, Candidate* file) {
  const std::vector<Split> told = SplitsOf(file->name);
  file->split = file->of_folder;
  if (told.size() == 1) {
    file->split = told[0];
    if (searched == Searched::kYes && file->of_folder && *file->of_folder != told[0]) {
      Refuse(file->path, "its name tells " + std::string(NameOf(told[0])) + ", but its folder " +
                             std::string(NameOf(*file->of_folder)) + "; rename one of them");
    }
  } else if (told.size() > 1 && !file->split) {
    std::string names;
    for (const Split split : told) names += (names.empty() ? "" : ", ") + std::string(NameOf(split));
    Refuse(file->path, "its name tells several splits: " + names +
                           "; rename it, or put it into a folder that is named as its split");
  }
}

// Throws Error if a set of numbered files is not complete. `pattern` is nullptr for a folder; files that the pattern
// does not match may be missing.
void CheckComplete(const std::vector<Candidate>& sorted, const std::string* pattern) {
  const auto set_of = [](const Candidate& c) { return std::tuple(c.path.parent_path(), c.name.before, c.name.after); };
  for (auto begin = sorted.begin(); begin != sorted.end();) {
    const auto end =
        std::find_if(begin, sorted.end(), [&](const Candidate& other) { return set_of(other) != set_of(*begin); });
    if (begin->name.digits > 0) {
      const uint32_t count = begin->name.count;
      uint32_t expected = 0;
      const auto expect_until = [&](uint32_t number) {
        for (; expected < number; ++expected) {
          std::string digits = std::to_string(expected), total = std::to_string(count);
          digits.insert(0, begin->name.digits - std::min(begin->name.digits, digits.size()), '0');
          total.insert(0, begin->name.digits - std::min(begin->name.digits, total.size()), '0');
          const fs::path missing =
              begin->path.parent_path() / (begin->name.before + digits + "-of-" + total + begin->name.after);
          if (pattern != nullptr && fnmatch(pattern->c_str(), missing.c_str(), FNM_PATHNAME) != 0) continue;
          Refuse(missing, "is missing, one of " + std::to_string(count) + " shards");
        }
      };
      for (auto file = begin; file != end; ++file) {
        const ShardName& shard = file->name;
        if (shard.count != count) {
          Refuse(file->path, "is of a set of " + std::to_string(shard.count) + " shards, but " +
                                 begin->path.filename().string() + " of one of " + std::to_string(count));
        }
        if (shard.number >= count) Refuse(file->path, "has a number beyond its set of " + std::to_string(count));
        if (shard.number < expected) Refuse(file->path, "is there twice, written in another way");
        expect_until(shard.number);
        ++expected;
      }
      expect_until(count);
    }
    begin = end;
  }
}

// Returns a name with each run of digits as one sign: files whose names differ in numbers alone belong together.
std::string WithoutNumbers(const std::string& name) {
  std::string text;
  for (const char c : name) {
    const char sign = c >= '0' && c <= '9' ? '#' : c;
    if (sign != '#' || !text.ends_with('#')) text += sign;
  }
  return text;
}

// Throws Error if no name tells a split and the files of a folder have different names: they may be splits of names
// that we do not know.
void RefuseSeveralNames(const fs::path& folder, const std::vector<Candidate>& files) {
  std::set<std::string> names;
  for (const Candidate& file : files) {
    if (!names.insert(WithoutNumbers(file.name.before + file.name.after)).second || names.size() < 2) continue;
    Refuse(folder,
           "the names of its files tell no split (train, val, test): " + files.front().path.filename().string() + ", " +
               file.path.filename().string() + "; rename them, or read all as train by a pattern: '" +
               (folder / PatternOf(file.name)).string() + "'");
  }
}

}  // namespace

std::vector<ForeignFile> FindForeignFiles(const fs::path& path, std::vector<std::string>* notes) {
  const std::string pattern = path.string();
  const bool folder = fs::is_directory(path), file = fs::is_regular_file(path);
  std::vector<Candidate> found, misnamed;
  if (folder) {
    FolderSearch search(path);
    found = search.TakeFound();
    misnamed = search.TakeMisnamed();
  } else if (file) {
    found.emplace_back(path, FolderSplit(path.parent_path()));
  } else {
    found = Matches(pattern);
  }
  if (found.empty() && !misnamed.empty()) {
    Refuse(misnamed.front().path, std::string(kNoName) +
                                      "; rename it, or name what is to be read by a pattern, such as '" +
                                      (path / "*").string() + "'");
  }
  if (found.empty()) {
    throw Error(pattern,
                folder
                    ? "is not a complete dataset: it has no dataset.json; nor are there other programs' files, such as "
                      "NAME.tfrecord or train-00000-of-00010"
                    : "there is no such folder or file");
  }
  for (Candidate& candidate : found) TellSplit(folder ? Searched::kYes : Searched::kNo, &candidate);
  std::sort(found.begin(), found.end(), [](const Candidate& a, const Candidate& b) {
    const auto key = [](const Candidate& c) {
      return std::tuple(c.split, c.path.parent_path(), c.name.before, c.name.after, c.name.number, c.path);
    };
    return key(a) < key(b);
  });
  if (!file) CheckComplete(found, folder ? nullptr : &pattern);
  CheckMisnamed(misnamed, found, notes);

  const bool any = std::any_of(found.begin(), found.end(), [](const Candidate& c) { return c.split.has_value(); });
  const std::optional<Split> of_root = folder ? FolderSplit(path) : std::nullopt;
  if (folder && !any && !of_root) RefuseSeveralNames(path, found);
  std::vector<ForeignFile> files;
  for (const Candidate& candidate : found) {
    if (any && !candidate.split) {
      Refuse(candidate.path,
             "its name tells no split (train, val or validation, test), but those of other files do; "
             "rename it, or name the others by a pattern");
    }
    files.push_back({candidate.path, candidate.split.value_or(of_root.value_or(Split::kTrain)), any || of_root});
  }
  return files;
}

}  // namespace dataset

#include "dataset/read/foreign_files.h"

#include <fnmatch.h>
#include <glob.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>

#include "dataset/base/error.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

constexpr uint32_t kMaxShards = 1000000;
constexpr std::string_view kExtensions[] = {".tfrecord", ".tfrecords", ".tfrec", ".record"};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The parts of a file name "{before}NUMBER-of-COUNT{after}". `before` is the whole name if it has no such number.
struct ShardNumber {
  std::string before = {};
  std::string after = {};
  size_t digits = 0;  // digits of NUMBER as written; 0: the name has no number
  uint32_t number = 0;
  uint32_t count = 0;
};

std::optional<uint32_t> ParseNumber(std::string_view digits) {
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size() || number > kMaxShards) return std::nullopt;
  return number;
}

ShardNumber ParseShardNumber(const std::string& name) {
  const size_t of = name.rfind("-of-");
  if (of == name.npos) return {.before = name};
  size_t begin = of, end = of + 4;
  while (begin > 0 && IsDigit(name[begin - 1])) --begin;
  while (end < name.size() && IsDigit(name[end])) ++end;
  const std::string_view view = name;
  const std::optional<uint32_t> number = ParseNumber(view.substr(begin, of - begin));
  const std::optional<uint32_t> count = ParseNumber(view.substr(of + 4, end - of - 4));
  if (!number || !count) return {.before = name};
  return {name.substr(0, begin), name.substr(end), of - begin, *number, *count};
}

// Returns the last word of the name that is a split's name.
std::optional<Split> SplitOf(std::string_view name) {
  std::optional<Split> split;
  std::string word;
  const auto end_word = [&] {
    if (const std::optional<Split> named = ParseSplit(word)) split = named;
    word.clear();
  };
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c))) {
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else {
      end_word();
    }
  }
  end_word();
  return split;
}

struct Candidate {
  fs::path path;
  ShardNumber shard;
  std::optional<Split> split;
};

Candidate MakeCandidate(const fs::path& path, std::optional<Split> of_folder) {
  Candidate candidate{path, ParseShardNumber(path.filename().string()), std::nullopt};
  candidate.split = SplitOf(candidate.shard.before);
  if (!candidate.split) candidate.split = of_folder;
  return candidate;
}

bool HasShardName(const ShardNumber& shard) {
  std::string_view rest = shard.digits > 0 ? shard.after : shard.before;
  if (rest.ends_with(".gz")) rest.remove_suffix(3);
  if (shard.digits > 0 && rest.empty()) return true;
  return std::any_of(std::begin(kExtensions), std::end(kExtensions), [&](std::string_view extension) {
    return shard.digits > 0 ? rest == extension : rest.ends_with(extension);
  });
}

void AddFolder(const fs::path& folder, std::optional<Split> split, std::vector<Candidate>* found) {
  std::error_code error;
  fs::directory_iterator items(folder, error);
  if (error) throw Error::System(folder, "cannot list", error.value());
  for (const fs::directory_entry& item : items) {
    const std::string name = item.path().filename().string();
    if (name.starts_with('.')) continue;
    if (item.is_directory()) {
      if (const std::optional<Split> inner = ParseSplit(name); inner && !split) AddFolder(item.path(), inner, found);
    } else if (item.is_regular_file()) {
      Candidate candidate = MakeCandidate(item.path(), split);
      if (HasShardName(candidate.shard)) found->push_back(std::move(candidate));
    }
  }
}

// Returns the split that the name of the file's folder tells.
std::optional<Split> FolderSplit(const fs::path& path) { return ParseSplit(path.parent_path().filename().string()); }

void AddMatches(const std::string& pattern, std::vector<Candidate>* found) {
  glob_t matches{};
  const int result = glob(pattern.c_str(), GLOB_NOSORT, nullptr, &matches);
  const std::unique_ptr<glob_t, void (*)(glob_t*)> owner(&matches, globfree);
  if (result != 0) return;
  for (size_t i = 0; i < matches.gl_pathc; ++i) {
    const fs::path path = matches.gl_pathv[i];
    if (path.extension() != ".idx" && fs::is_regular_file(path))
      found->push_back(MakeCandidate(path, FolderSplit(path)));
  }
}

// Throws Error if a set of numbered files is not complete. `pattern` is nullptr for a folder; files that the pattern
// does not match may be missing.
void CheckComplete(const std::vector<Candidate>& sorted, const std::string* pattern) {
  const auto refuse = [](const fs::path& path, const std::string& cause) { throw Error(path, cause); };
  const auto set_of = [](const Candidate& c) {
    return std::tuple(c.path.parent_path(), c.shard.before, c.shard.after);
  };
  for (auto begin = sorted.begin(); begin != sorted.end();) {
    const auto end =
        std::find_if(begin, sorted.end(), [&](const Candidate& other) { return set_of(other) != set_of(*begin); });
    if (begin->shard.digits > 0) {
      const uint32_t count = begin->shard.count;
      uint32_t expected = 0;
      const auto expect_until = [&](uint32_t number) {
        for (; expected < number; ++expected) {
          std::string digits = std::to_string(expected), total = std::to_string(count);
          digits.insert(0, begin->shard.digits - std::min(begin->shard.digits, digits.size()), '0');
          total.insert(0, begin->shard.digits - std::min(begin->shard.digits, total.size()), '0');
          const fs::path missing =
              begin->path.parent_path() / (begin->shard.before + digits + "-of-" + total + begin->shard.after);
          if (pattern != nullptr && fnmatch(pattern->c_str(), missing.c_str(), FNM_PATHNAME) != 0) continue;
          refuse(missing, "is missing, one of " + std::to_string(count) + " shards");
        }
      };
      for (auto file = begin; file != end; ++file) {
        const ShardNumber& shard = file->shard;
        if (shard.count != count) {
          refuse(file->path, "is of a set of " + std::to_string(shard.count) + " shards, but " +
                                 begin->path.filename().string() + " of one of " + std::to_string(count));
        }
        if (shard.number >= count) refuse(file->path, "has a number beyond its set of " + std::to_string(count));
        if (shard.number < expected) refuse(file->path, "is there twice, written in another way");
        expect_until(shard.number);
        ++expected;
      }
      expect_until(count);
    }
    begin = end;
  }
}

}  // namespace

std::vector<ForeignFile> FindForeignFiles(const fs::path& path) {
  std::vector<Candidate> found;
  const std::string pattern = path.string();
  const bool folder = fs::is_directory(path), file = fs::is_regular_file(path);
  if (folder) {
    AddFolder(path, std::nullopt, &found);
  } else if (file) {
    found.push_back(MakeCandidate(path, FolderSplit(path)));
  } else {
    AddMatches(pattern, &found);
  }
  if (found.empty()) {
    throw Error(pattern,
                folder
                    ? "is not a complete dataset: it has no dataset.json; nor are there other programs' files, such as "
                      "NAME.tfrecord or train-00000-of-00010"
                    : "there is no such folder or file");
  }
  std::sort(found.begin(), found.end(), [](const Candidate& a, const Candidate& b) {
    const auto key = [](const Candidate& c) {
      return std::tuple(c.split, c.path.parent_path(), c.shard.before, c.shard.after, c.shard.number, c.path);
    };
    return key(a) < key(b);
  });
  if (!file) CheckComplete(found, folder ? nullptr : &pattern);

  const bool any = std::any_of(found.begin(), found.end(), [](const Candidate& c) { return c.split.has_value(); });
  std::vector<ForeignFile> files;
  for (const Candidate& candidate : found) {
    if (any && !candidate.split) {
      throw Error(candidate.path,
                  "its name tells no split (train, val or validation, test), but those of other files do");
    }
    files.push_back({candidate.path, candidate.split.value_or(Split::kTrain)});
  }
  return files;
}

}  // namespace dataset

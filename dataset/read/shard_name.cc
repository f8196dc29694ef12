#include "dataset/read/shard_name.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "dataset/base/ascii.h"

namespace dataset {
namespace {

constexpr uint32_t kMaxShards = 1000000;
constexpr std::string_view kExtensions[] = {".tfrecord", ".tfrecords", ".tfrec",  ".tfrecs",
                                            ".tfr",      ".record",    ".records"};
// Words that say what a file or folder is, not which part of the data.
constexpr std::string_view kFormatWords[] = {"tfrecord", "tfrecords", "tfrec",  "tfrecs", "tfr",
                                             "record",   "records",   "shards", "gz",     "of"};
constexpr std::string_view kTfdsEnd = ".tfrecord-";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Bytes of other alphabets belong to words.
bool IsLetter(char c) {
  return (AsciiLower(c) >= 'a' && AsciiLower(c) <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

std::optional<uint32_t> ParseNumber(std::string_view digits) {
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size() || number > kMaxShards) return std::nullopt;
  return number;
}

// Returns the words of a name in lower case, without those of its format.
std::vector<std::string> Words(std::string_view name) {
  std::vector<std::string> words;
  std::string word;
  const auto end_word = [&] {
    const bool format = std::find(std::begin(kFormatWords), std::end(kFormatWords), word) != std::end(kFormatWords);
    if (!word.empty() && !format) words.push_back(word);
    word.clear();
  };
  for (const char c : name) {
    if (IsLetter(c)) {
      word += AsciiLower(c);
    } else {
      end_word();
    }
  }
  end_word();
  return words;
}

// The part of the name that has the extension, in lower case and without a .gz behind it.
std::string End(const ShardName& name) {
  std::string end = AsciiLower(name.digits > 0 ? name.after : name.before);
  if (end.ends_with(".gz")) end.resize(end.size() - 3);
  return end;
}

}  // namespace

ShardName ParseShardName(const std::string& name) {
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

bool IsShardName(const ShardName& name) {
  const std::string end = End(name);
  if (name.digits > 0 && end.empty()) return true;
  return std::any_of(std::begin(kExtensions), std::end(kExtensions),
                     [&](std::string_view extension) { return end.ends_with(extension); });
}

std::string PatternOf(const ShardName& name) {
  if (name.digits > 0) return "*-of-*";
  const size_t dot = End(name).rfind('.');
  return "*" + (dot == std::string::npos ? "" : name.before.substr(dot));
}

std::vector<Split> SplitsOf(const ShardName& name) {
  const std::vector<std::string> words = Words(name.before + " " + name.after);
  std::vector<Split> splits;
  for (const std::string& word : words) {
    const std::optional<Split> split = ParseSplit(word);
    if (split && std::find(splits.begin(), splits.end(), *split) == splits.end()) splits.push_back(*split);
  }
  if (splits.size() < 2) return splits;
  const std::optional<Split> first = ParseSplit(words.front()), last = ParseSplit(words.back());
  const bool tfds = name.digits > 0 && AsciiLower(name.before).ends_with(kTfdsEnd);
  return last && (tfds || !first) ? std::vector<Split>{*last} : splits;
}

std::optional<Split> SplitOfFolder(std::string_view name) {
  std::string joined;
  for (const std::string& word : Words(name)) joined += (joined.empty() ? "" : "_") + word;
  return ParseSplit(joined);
}

}  // namespace dataset

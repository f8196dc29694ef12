#include "dataset/split/list_source.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/base/sha256.h"
#include "dataset/base/utf8.h"
#include "dataset/codec/image_header.h"
#include "dataset/io/file.h"
#include "dataset/source/listed_files.h"
#include "dataset/source/sample_list.h"
#include "dataset/source/source_root.h"
#include "dataset/split/group_key.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

constexpr size_t kNamed = 5;  // so many missing files are named

// One list and the files that it names.
class ListReader {
 public:
  ListReader(const SplitOptions& options, const std::string& file) : options_(options), file_(file) {}

  SampleSource Read() {
    const std::string text = ReadFile(options_.source);
    if (SniffImageFormat(text)) throw Error(file_, "is a picture, and neither a folder nor a list of pictures");
    SampleListOptions list_options;
    list_options.columns = options_.columns;
    list_options.json_key = options_.json_key;
    if (!options_.group_by.empty()) list_options.extra_column = GroupKey(options_.group_by).column();
    list_ = ParseSampleList(text, file_, list_options);
    const fs::path beside = options_.source.has_parent_path() ? options_.source.parent_path() : fs::path(".");
    source_.root = ResolveSourceRoot(options_.root.value_or(beside));
    source_.list_sha256 = Sha256Hex(text);
    source_.ready_made = list_.samples.front().split.has_value();
    source_.notes = std::move(list_.notes);
    source_.warnings = std::move(list_.warnings);
    FindFiles();
    TakeSamples();
    return std::move(source_);
  }

 private:
  void FindFiles() {
    ListedFiles files(source_.root, file_);
    std::vector<ListedSample>& samples = list_.samples;
    std::vector<char> plain(samples.size());
    tbb::parallel_for(tbb::blocked_range<size_t>(0, samples.size(), 64), [&](const auto& range) {
      for (size_t i = range.begin(); i != range.end(); ++i) plain[i] = files.IsPlain(samples[i].path) ? 1 : 0;
    });
    for (size_t i = 0; i < samples.size(); ++i) {
      if (plain[i] != 0) continue;
      std::optional<std::string> found = files.Find(samples[i].path, list_.PlaceOf(samples[i]));
      if (found) {
        samples[i].path = *std::move(found);
      } else {
        missing_.push_back(i);
      }
    }
    for (std::string& note : files.Notes()) source_.notes.push_back(std::move(note));
    if (!missing_.empty()) TakeMissing();
    for (std::string& note : source_.notes) note = file_ + ": " + note;
    for (std::string& warning : source_.warnings) warning = file_ + ": " + warning;
  }

  void TakeMissing() {
    const std::vector<ListedSample>& samples = list_.samples;
    std::string text = std::to_string(missing_.size()) + " of " + std::to_string(samples.size()) +
                       " files do not exist below " + source_.root.string() + ": ";
    for (size_t i = 0; i < std::min(missing_.size(), kNamed); ++i) {
      const ListedSample& sample = samples[missing_[i]];
      text += (i > 0 ? ", " : "") + Printable(sample.path) + " (" + list_.PlaceOf(sample) + ")";
    }
    if (missing_.size() > kNamed) text += ", ...";
    if (options_.on_missing == OnMissing::kFail || missing_.size() == samples.size()) throw Error(file_, text + Cure());
    source_.warnings.push_back(text + "; left out (rejected.csv)");
    std::set<std::string> labels;
    for (const size_t i : missing_) {
      source_.missing.push_back(samples[i].path);
      labels.insert(samples[i].label);
    }
    std::sort(source_.missing.begin(), source_.missing.end());
    source_.class_folders.assign(labels.begin(), labels.end());
  }

  std::string Cure() const {
    const ListedSample& first = list_.samples[missing_.front()];
    std::string cure = "; `root` names the folder that paths begin at";
    if (const std::string folder = FolderThatHas(first); !folder.empty()) cure += " (" + folder + " has the first)";
    if (missing_.front() == 0) cure += ", `columns` the columns of path and label";
    if (missing_.size() < list_.samples.size()) cure += "; `on_missing` skip leaves them out";
    return cure;
  }

  // Looks for the file in the folders of the root and in the one that holds it, for the message alone.
  std::string FolderThatHas(const ListedSample& sample) const {
    std::error_code error;
    std::set<fs::path> folders = {source_.root.parent_path()};
    for (fs::directory_iterator entry(source_.root, error), end; !error && entry != end; entry.increment(error)) {
      std::error_code unknown;
      if (entry->is_directory(unknown)) folders.insert(entry->path());
    }
    for (const fs::path& folder : folders) {
      try {
        if (ListedFiles(folder, file_).Find(sample.path, "")) return Printable(folder.string());
      } catch (const Error&) {
        continue;  // a folder that cannot be read is no help
      }
    }
    return "";
  }

  // Makes the source's samples, sorted by path, of the files that exist.
  void TakeSamples() {
    std::vector<ListedSample>& listed = list_.samples;
    std::vector<size_t> order;
    for (size_t i = 0, missing = 0; i < listed.size(); ++i) {
      const bool exists = missing == missing_.size() || missing_[missing] != i;
      if (exists) order.push_back(i);
      missing += exists ? 0 : 1;
    }
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
      return listed[a].path != listed[b].path ? listed[a].path < listed[b].path : a < b;
    });
    for (size_t i = 1; i < order.size(); ++i) {
      const ListedSample &one = listed[order[i - 1]], &other = listed[order[i]];
      if (one.path != other.path) continue;
      std::string cause = "path \"" + Printable(other.path) + "\" was there already in " + list_.PlaceOf(one);
      if (one.label != other.label) cause += ", as " + Printable(one.label) + " and now as " + Printable(other.label);
      throw Error(file_, list_.PlaceOf(other) + ": " + cause + "; remove one of the two");
    }
    for (const size_t i : order) {
      ListedSample& sample = listed[i];
      source_.samples.push_back(
          {std::move(sample.path), std::move(sample.label), sample.split, std::move(sample.extra)});
    }
  }

  const SplitOptions& options_;
  const std::string file_;
  SampleList list_;
  std::vector<size_t> missing_;  // places in list_.samples
  SampleSource source_;
};

}  // namespace

SampleSource ReadListSource(const SplitOptions& options) {
  for (const auto& [given, name] : {std::pair(!options.label_regex.empty(), "`label_regex`"),
                                    {options.split_folders != SplitFolders::kAuto, "`split_folders`"},
                                    {!options.include.empty(), "`include`"},
                                    {!options.exclude.empty(), "`exclude`"}}) {
    if (given) {
      throw Error::Usage(std::string(name) + " is for a folder, but " + options.source.string() +
                         " is a list, which names its images and labels");
    }
  }
  return ListReader(options, options.source.string()).Read();
}

}  // namespace dataset

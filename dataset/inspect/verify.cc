#include "dataset/inspect/verify.h"

#include <algorithm>
#include <optional>
#include <unordered_set>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/catalog/dataset_info.h"
#include "dataset/catalog/fingerprint.h"
#include "dataset/catalog/manifest.h"
#include "dataset/inspect/picture_check.h"
#include "dataset/io/file.h"
#include "dataset/read/foreign_check.h"
#include "dataset/read/foreign_files.h"
#include "dataset/read/foreign_notes.h"
#include "dataset/read/open_dataset.h"
#include "dataset/read/sample_parser.h"
#include "dataset/record/example.h"
#include "dataset/record/record_format.h"
#include "dataset/record/record_reader.h"
#include "dataset/record/shard_index.h"
#include "dataset/sample/sample.h"
#include "dataset/sample/store.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

class DatasetVerifier {
 public:
  DatasetVerifier(const fs::path& folder, VerifyLevel level, Progress& progress, VerifyReport* report)
      : folder_(folder), level_(level), progress_(progress), report_(*report) {}

  void Run() {
    if (!Guard([&] { info_ = LoadDatasetInfo(folder_); })) return;
    const SampleParser parser(info_);
    if (level_ == VerifyLevel::kPictures) pictures_.emplace(parser, &report_.problems);
    uint64_t records = 0;
    for (const DatasetSplit& split : info_.splits) records += split.records;
    progress_.Start("verifying", records);
    Guard([&] { VerifyInfo(); });
    for (const DatasetSplit& split : info_.splits) VerifySplit(split);
    VerifyNames();
    progress_.Finish();
  }

 private:
  // The records that a split's shards hold.
  struct Counts {
    std::vector<uint32_t> of_class;
    uint32_t repeated = 0;
  };

  // Runs `check`; its Error becomes a problem, after those of the pictures before it.
  template <typename Check>
  bool Guard(const Check& check) {
    std::optional<std::string> problem;
    try {
      check();
    } catch (const Error& error) {
      problem = error.what();
    }
    if (pictures_) pictures_->Finish();
    if (problem) report_.problems.push_back(*problem);
    return !problem;
  }

  [[noreturn]] static void Refuse(const fs::path& path, const std::string& cause) { throw Error(path, cause); }

  void VerifyInfo() const {
    const fs::path classes = folder_ / "classes.txt";
    if (ParseClasses(ReadFile(classes), classes.string()) != info_.classes) {
      Refuse(classes, "has other classes than dataset.json");
    }
    if (Fingerprint(info_) != info_.fingerprint) Refuse(folder_ / "dataset.json", "does not fit its own fingerprint");
  }

  void VerifySplit(const DatasetSplit& split) {
    Counts counts;
    counts.of_class.resize(info_.classes.size());
    bool complete = true;
    for (const ShardInfo& shard : split.shards) {
      const fs::path path = folder_ / shard.name;
      std::vector<IndexEntry> entries;
      complete &= Guard([&] { VerifyShard(path, shard, split.repeated > 0, &entries, &counts); });
      // If the shard is damaged, its index is still compared with dataset.json.
      if (info_.compression == RecordCompression::kNone) {
        Guard([&] { VerifyIndex(path.string() + ".idx", shard, entries); });
      }
    }
    if (!complete) return;
    const std::string where = "split " + std::string(NameOf(split.split)) + ": ";
    Guard([&] {
      const fs::path json = folder_ / "dataset.json";
      if (counts.of_class != split.records_per_class)
        Refuse(json, where + "records_per_class are not those of the shards");
      if (counts.repeated != split.repeated) Refuse(json, where + "repeated is not that of the shards");
    });
  }

  void VerifyShard(const fs::path& path, const ShardInfo& shard, bool may_repeat, std::vector<IndexEntry>* entries,
                   Counts* counts) {
    ++report_.files;
    RecordReader reader(path);
    if (reader.compression() != info_.compression) {
      throw Error(Place{path.string(), 0, 0}, "its compression is " + std::string(NameOf(reader.compression())) +
                                                  ", not " + std::string(NameOf(info_.compression)));
    }
    while (const auto payload = reader.Next()) {
      const Place place{path.string(), reader.records() - 1, reader.offset()};
      entries->push_back({reader.offset(), kRecordOverheadBytes + payload->size()});
      ++report_.records;
      report_.bytes += entries->back().size;
      progress_.Advance(1);
      VerifySample(ParseSample(*payload, static_cast<uint32_t>(info_.classes.size()), place, info_.keys), place,
                   may_repeat, counts);
      if (pictures_) pictures_->Add(*payload, place);
    }
    const uint64_t bytes = entries->empty() ? 0 : entries->back().offset + entries->back().size;
    const bool plain = info_.compression == RecordCompression::kNone;
    if ((plain && bytes != shard.bytes) || entries->size() != shard.records) {
      Refuse(path, "has " + std::to_string(entries->size()) + " records in " + std::to_string(bytes) +
                       " bytes, but dataset.json says " + std::to_string(shard.records) + " in " +
                       std::to_string(shard.bytes));
    }
    if (FileCrc32c(path) != shard.crc32c) Refuse(path, "its CRC-32C is not that of dataset.json");
  }

  void VerifySample(const Sample& sample, const Place& place, bool may_repeat, Counts* counts) {
    const auto check = [&](bool good, const std::string& cause) {
      if (!good) throw Error(place, cause);
    };
    check(sample.store == info_.store, "is not of store " + std::string(NameOf(info_.store)));
    check(info_.channels == 0 || sample.channels == info_.channels, "image/channels is not the dataset's");
    check(info_.store != Store::kNormalized || sample.dtype == NameOf(info_.scale.dtype),
          "image/dtype is not the dataset's");
    check(sample.class_name == info_.classes[sample.label], "image/class/text is not the name of image/class/label");
    const bool repeated = !filenames_.insert(sample.filename).second;
    check(!repeated || may_repeat, "image/filename \"" + sample.filename + "\" is there twice");
    counts->repeated += repeated ? 1 : 0;
    ++counts->of_class[sample.label];
  }

  void VerifyIndex(const fs::path& path, const ShardInfo& shard, const std::vector<IndexEntry>& entries) const {
    const std::vector<IndexEntry> index = ParseIndex(ReadFile(path), shard.bytes, path.string());
    if (index.size() != shard.records) {
      Refuse(path, "has " + std::to_string(index.size()) + " records, but dataset.json says " +
                       std::to_string(shard.records));
    }
    const auto [at, in_shard] = std::mismatch(index.begin(), index.end(), entries.begin(), entries.end());
    if (at != index.end() && in_shard != entries.end()) {
      throw Error(Place{path.string(), at - index.begin(), in_shard->offset}, "is not where the shard has it");
    }
  }

  // Reports shards that dataset.json does not name: readers that find shards by a pattern would read them too.
  void VerifyNames() {
    std::unordered_set<std::string> known;
    for (const DatasetSplit& split : info_.splits) {
      for (const ShardInfo& shard : split.shards) known.insert({shard.name, shard.name + ".idx"});
    }
    std::vector<std::string> strangers;
    for (const auto& item : fs::directory_iterator(folder_)) {
      const std::string name = item.path().filename().string();
      if (name.find(".tfrecord") != std::string::npos && !known.contains(name)) strangers.push_back(name);
    }
    std::sort(strangers.begin(), strangers.end());
    for (const std::string& name : strangers) {
      report_.problems.push_back((folder_ / name).string() + ": is not in dataset.json");
    }
  }

  const fs::path folder_;
  const VerifyLevel level_;
  Progress& progress_;
  VerifyReport& report_;
  DatasetInfo info_;
  std::optional<PictureCheck> pictures_;
  std::unordered_set<std::string> filenames_;
};

// Checks the bytes of one file of another program.
void VerifyFile(const fs::path& path, Progress& progress, VerifyReport* report) {
  ++report->files;
  progress.Start("verifying", 0);
  bool examples = true;
  try {
    RecordReader reader(path);
    while (const auto payload = reader.Next()) {
      ++report->records;
      report->bytes += kRecordOverheadBytes + payload->size();
      progress.Advance(1);
      if (!examples) continue;
      try {
        ParseExample(*payload, {});
      } catch (const Error&) {
        examples = false;
      }
    }
  } catch (const Error& error) {
    report->problems.push_back(error.what());
  }
  if (!examples) report->notes.push_back(path.string() + ": its records are no Examples");
  progress.Finish();
}

void VerifyPictures(const fs::path& path, const ForeignOptions& foreign, Progress& progress, VerifyReport* report) {
  ForeignCheck check = CheckForeign(path, foreign, progress);
  *report = {check.files, check.records, check.bytes, std::move(check.problems), std::move(check.notes)};
}

void VerifyForeign(const fs::path& path, Progress& progress, VerifyReport* report) {
  const std::vector<ForeignFile> files = FindForeignFiles(path, &report->notes);
  std::vector<fs::path> empty;
  for (const ForeignFile& file : files) {
    const uint64_t bytes = report->bytes;
    const size_t problems = report->problems.size();
    VerifyFile(file.path, progress, report);
    if (report->bytes == bytes && report->problems.size() == problems) empty.push_back(file.path);
  }
  std::string note = NoteOfEmptyFiles(empty, files.size());
  if (!note.empty()) report->notes.push_back(std::move(note));
}

// Throws Error::Usage if options for other programs' files have nothing to say.
void CheckOptions(bool compiled, VerifyLevel level, const ForeignOptions& foreign) {
  if (foreign == ForeignOptions() || (!compiled && level == VerifyLevel::kPictures)) return;
  throw Error::Usage(
      "`keys`, `label_base`, `classes`, `layout` and `scale` tell `decode` how to read files of other programs");
}

}  // namespace

VerifyReport VerifyDataset(const fs::path& path, VerifyLevel level, Progress& progress, const ForeignOptions& foreign) {
  VerifyReport report;
  const bool compiled = fs::exists(path / "dataset.json") || IsHalfCompiled(path);
  CheckOptions(compiled, level, foreign);
  try {
    if (compiled) {
      DatasetVerifier(path, level, progress, &report).Run();
    } else if (level == VerifyLevel::kPictures) {
      VerifyPictures(path, foreign, progress, &report);
    } else if (fs::exists(path) && !fs::is_directory(path)) {
      VerifyFile(path, progress, &report);
    } else {
      VerifyForeign(path, progress, &report);
    }
  } catch (const Error& error) {
    if (error.usage()) throw;
    report.problems.push_back(error.what());
  }
  return report;
}

}  // namespace dataset

#include "dataset/read/foreign_dataset.h"

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/base/folded_name.h"
#include "dataset/base/jobs.h"
#include "dataset/base/message_text.h"
#include "dataset/base/sha256.h"
#include "dataset/read/class_map.h"
#include "dataset/read/foreign_notes.h"
#include "dataset/read/foreign_scan.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

class Describer {
 public:
  Describer(const fs::path& path, const ForeignOptions& options)
      : path_(path), options_(options), source_(OpenForeignSource(path, options, FirstRecord::kTells)) {}

  DatasetInfo Describe() {
    info_.keys = source_.keys;
    info_.foreign = source_.format;
    info_.root = path_.string();
    info_.channels = 0;
    info_.classes = source_.class_map;
    info_.store = source_.store;
    info_.scale = source_.scale;
    scans_ = ScanFiles();
    NoteEmptyFiles();
    LeaveOutUnlabelledTest();
    NumberClasses();
    AddSplits();
    info_.fingerprint = Fingerprint();
    AddForeignNotes(source_, options_, &info_);
    return std::move(info_);
  }

 private:
  std::vector<ForeignScan> ScanFiles() const {
    std::vector<ForeignScan> scans(source_.files.size());
    size_t next = 0;
    RunJobs([&]() -> std::optional<Job> {
      if (next == source_.files.size()) return std::nullopt;
      const size_t i = next++;
      return [&, i] {
        const ForeignFile& file = source_.files[i];
        const Unlabelled unlabelled = file.split == Split::kTest ? Unlabelled::kCount : Unlabelled::kRefuse;
        scans[i] = ScanForeignFile(file.path, source_.keys, source_.format, source_.classes, unlabelled);
      };
    });
    return scans;
  }

  void NoteEmptyFiles() {
    std::vector<fs::path> empty;
    for (size_t i = 0; i < scans_.size(); ++i) {
      if (scans_[i].records.labels.empty()) empty.push_back(source_.files[i].path);
    }
    std::string note = NoteOfEmptyFiles(empty, scans_.size());
    if (!note.empty()) info_.notes.push_back(std::move(note));
  }

  // Contests and TensorFlow Datasets hide the labels of test.
  void LeaveOutUnlabelledTest() {
    uint64_t records = 0, unlabelled = 0, others = 0;
    const ForeignScan* first = nullptr;
    for (size_t i = 0; i < scans_.size(); ++i) {
      if (source_.files[i].split != Split::kTest) {
        others += scans_[i].records.labels.size();
        continue;
      }
      records += scans_[i].records.labels.size();
      unlabelled += scans_[i].unlabelled;
      if (first == nullptr && scans_[i].unlabelled > 0) first = &scans_[i];
    }
    if (unlabelled == 0) return;
    if (unlabelled < records || others == 0) throw *first->first_unlabelled;
    info_.notes.push_back("test is left out, because none of its " + std::to_string(records) + " records has a label");
    // Files are in the order of splits, and test is the last.
    std::erase_if(source_.files, [](const ForeignFile& file) { return file.split == Split::kTest; });
    scans_.resize(source_.files.size());
  }

  void NumberClasses() {
    std::map<uint32_t, std::string> names;
    std::optional<OtherName> other;
    for (const ForeignScan& scan : scans_) {
      if (!other) other = scan.other_name;
      for (const auto& [label, name] : scan.names) {
        std::string& known = names[label];
        if (known.empty()) known = name;
        if (!other && !name.empty() && name != known) other = OtherName{label, known, name};
      }
    }
    if (other) {
      info_.notes.push_back("records call class " + std::to_string(other->label + info_.foreign->label_base) + " " +
                            Quoted(other->name) + ", others " + Quoted(other->other) +
                            "; perhaps files number their classes in different ways");
    }
    if (info_.classes.empty()) {
      info_.classes = NameClasses(names.rbegin()->first + 1, info_.foreign->label_base, names);
    } else {
      CompareWithClassMap(names);
    }
  }

  // `names` are those that records give.
  void CompareWithClassMap(const std::map<uint32_t, std::string>& names) {
    for (const auto& [label, name] : names) {
      const std::string number = std::to_string(label + info_.foreign->label_base), called = FoldedName(name);
      const std::string& known = info_.classes[label];
      if (name.empty() || called == FoldedName(known) || called + " (" + number + ")" == FoldedName(known)) continue;
      info_.notes.push_back("records call class " + number + " " + Quoted(name) + ", but " +
                            source_.class_file.filename().string() + " " + Quoted(known) +
                            "; perhaps they number their classes in different ways");
      return;
    }
  }

  void AddSplits() {
    const bool folder = fs::is_directory(path_);
    for (size_t i = 0; i < source_.files.size(); ++i) {
      ForeignScan& scan = scans_[i];
      if (info_.splits.empty() || info_.splits.back().split != source_.files[i].split) {
        info_.splits.emplace_back().split = source_.files[i].split;
        info_.splits.back().records_per_class.resize(info_.classes.size());
      }
      DatasetSplit& split = info_.splits.back();
      const uint64_t records = split.records + scan.records.labels.size();
      if (records > std::numeric_limits<uint32_t>::max()) {
        throw Error(source_.files[i].path, "the split has more than 2^32 - 1 records");
      }
      for (const uint32_t label : scan.records.labels) ++split.records_per_class[label];
      split.records = static_cast<uint32_t>(records);
      ShardInfo shard;
      shard.name =
          (folder ? source_.files[i].path.lexically_relative(path_) : fs::absolute(source_.files[i].path)).string();
      shard.records = static_cast<uint32_t>(scan.records.labels.size());
      shard.bytes = scan.bytes;
      shard.crc32c = scan.crc32c;
      shard.foreign = std::make_shared<const ForeignRecords>(std::move(scan.records));
      split.shards.push_back(std::move(shard));
    }
    std::erase_if(info_.splits, [](const DatasetSplit& split) { return split.records == 0; });
  }

  // The hash of everything that decides which pixels and labels a record id means, as far as it is known without
  // reading every payload.
  std::string Fingerprint() const {
    const bool floats = info_.store == Store::kNormalized;
    std::string text = "foreign\nlabel_base=" + std::to_string(info_.foreign->label_base) +
                       "\nscale=" + std::string(floats ? NameOf(info_.scale.mode) : "") +
                       "\nlayout=" + (options_.layout ? LayoutText(*options_.layout) : "") + "\n";
    for (const auto& [role, key] : options_.keys) text += role + "=" + key + "\n";
    for (const std::string& name : info_.classes) text += "class=" + name + "\n";
    Sha256 hash;
    hash.Update(text);
    for (size_t i = 0; i < source_.files.size(); ++i) {
      hash.Update(std::string(NameOf(source_.files[i].split)) + " " + source_.files[i].path.filename().string() + "\n");
    }
    for (const DatasetSplit& split : info_.splits) {
      for (const ShardInfo& shard : split.shards) {
        hash.Update(FormatIndex(shard.foreign->index));
        for (const uint32_t label : shard.foreign->labels) hash.Update(std::to_string(label) + "\n");
      }
    }
    return hash.FinishHex();
  }

  const fs::path& path_;
  const ForeignOptions& options_;
  ForeignSource source_;
  DatasetInfo info_;
  std::vector<ForeignScan> scans_;
};

}  // namespace

DatasetInfo DescribeForeign(const fs::path& path, const ForeignOptions& options) {
  return Describer(path, options).Describe();
}

}  // namespace dataset

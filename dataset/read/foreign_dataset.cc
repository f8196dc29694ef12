#include "dataset/read/foreign_dataset.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/base/jobs.h"
#include "dataset/base/little_endian.h"
#include "dataset/base/sha256.h"
#include "dataset/io/file.h"
#include "dataset/read/class_map.h"
#include "dataset/read/foreign_files.h"
#include "dataset/read/foreign_scan.h"
#include "dataset/record/record_reader.h"
#include "dataset/sample/scale.h"
#include "dataset/sample/store.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

constexpr uint32_t kMaxClasses = 1 << 20;
constexpr int kMeasuredRecords = 32;

class Describer {
 public:
  Describer(const fs::path& path, const ForeignOptions& options)
      : path_(path), options_(options), files_(FindForeignFiles(path)) {}

  DatasetInfo Describe() {
    info_.keys = SampleKeys(options_.keys);
    info_.foreign = ForeignFormat{std::nullopt, options_.layout, options_.label_base.value_or(0)};
    info_.root = path_.string();
    info_.channels = 0;
    ReadClassMap();
    ReadFirstRecords();
    scans_ = ScanFiles();
    NumberClasses();
    AddSplits();
    info_.fingerprint = Fingerprint();
    return std::move(info_);
  }

 private:
  void ReadClassMap() {
    std::optional<fs::path> file;
    if (!options_.classes.empty()) {
      file = options_.classes;
    } else {
      file = FindClassMap(fs::is_directory(path_) ? path_ : path_.parent_path());
    }
    if (!file) return;
    info_.classes = ParseClassMap(ReadFile(*file, 64 << 20), info_.foreign->label_base, file->string());
    if (info_.classes.size() > kMaxClasses) throw Error(*file, "names too many classes");
    for (size_t i = 0; i < info_.classes.size(); ++i) classes_.numbers[info_.classes[i]] = static_cast<uint32_t>(i);
  }

  // Calls visit(payload, place) for the first `most` records in order.
  template <typename Visit>
  void ForFirstRecords(int most, const Visit& visit) const {
    for (const ForeignFile& file : files_) {
      RecordReader reader(file.path);
      RefuseCompressed(reader.compression(), file.path);
      for (; most > 0; --most) {
        const auto payload = reader.Next();
        if (!payload) break;
        visit(*payload, Place{file.path.string(), reader.records() - 1, reader.offset()});
      }
      if (most == 0) return;
    }
  }

  void ReadFirstRecords() {
    ForeignFormat& format = *info_.foreign;
    ForFirstRecords(1, [&](std::string_view payload, const Place& place) {
      format.content = ForeignContentOf(payload, info_.keys, format, place);
    });
    if (!format.content) throw Error(path_, "has no records");
    const bool encoded = format.content == ForeignContent::kEncoded,
               floats = format.content == ForeignContent::kFloat32;
    if (encoded && options_.layout) throw Error::Usage("layout: the records hold image files, which have their own");
    if (!floats && !options_.scale.empty()) throw Error::Usage("scale: the records hold no floats");
    info_.store = encoded ? Store::kCompressed : floats ? Store::kNormalized : Store::kRaw;
    if (!floats) return;
    info_.scale = MakeScale(options_.scale.empty() ? MeasureRange() : options_.scale, "float32", 3, ImageNetMean(3),
                            ImageNetStd(3));
    info_.scale.exact = options_.scale.empty();
  }

  std::string MeasureRange() const {
    float least = std::numeric_limits<float>::infinity(), most = -least;
    bool numbers = true;
    const ForeignClasses any{std::numeric_limits<uint32_t>::max(), classes_.numbers};
    ForFirstRecords(kMeasuredRecords, [&](std::string_view payload, const Place& place) {
      Sample sample;
      ParseForeignSample(payload, info_.keys, *info_.foreign, any, place, &sample);
      for (size_t i = 0; i < sample.content.size(); i += sizeof(float)) {
        const float value = LoadLittleEndian<float>(sample.content.data() + i);
        numbers &= std::isfinite(value);
        least = std::min(least, value);
        most = std::max(most, value);
      }
    });
    if (numbers && least >= 0 && most <= 1) return "unit";
    if (numbers && least >= -1 && most <= 1) return "signed";
    if (numbers && least >= 0 && most <= 255) return "byte";
    throw Error(path_, "the floats of its first records, " + std::to_string(least) + " ... " + std::to_string(most) +
                           ", are not in 0 ... 1, -1 ... 1 or 0 ... 255; name what they are with --scale");
  }

  std::vector<ForeignScan> ScanFiles() const {
    ForeignClasses classes = classes_;
    classes.count = info_.classes.empty() ? kMaxClasses : static_cast<uint32_t>(info_.classes.size());
    const ForeignNames names = info_.classes.empty() ? ForeignNames::kRead : ForeignNames::kIgnore;
    std::vector<ForeignScan> scans(files_.size());
    size_t next = 0;
    RunJobs([&]() -> std::optional<Job> {
      if (next == files_.size()) return std::nullopt;
      const size_t i = next++;
      return [&, i] { scans[i] = ScanForeignFile(files_[i].path, info_.keys, *info_.foreign, classes, names); };
    });
    return scans;
  }

  void NumberClasses() {
    if (!info_.classes.empty()) return;
    std::map<uint32_t, std::string> names;
    for (ForeignScan& scan : scans_) names.merge(scan.names);
    info_.classes = NameClasses(names.rbegin()->first + 1, info_.foreign->label_base, names);
  }

  void AddSplits() {
    const bool folder = fs::is_directory(path_);
    for (size_t i = 0; i < files_.size(); ++i) {
      ForeignScan& scan = scans_[i];
      if (info_.splits.empty() || info_.splits.back().split != files_[i].split) {
        info_.splits.emplace_back().split = files_[i].split;
        info_.splits.back().records_per_class.resize(info_.classes.size());
      }
      DatasetSplit& split = info_.splits.back();
      const uint64_t records = split.records + scan.records.labels.size();
      if (records > std::numeric_limits<uint32_t>::max()) {
        throw Error(files_[i].path, "the split has more than 2^32 - 1 records");
      }
      for (const uint32_t label : scan.records.labels) ++split.records_per_class[label];
      split.records = static_cast<uint32_t>(records);
      ShardInfo shard;
      shard.name = (folder ? files_[i].path.lexically_relative(path_) : fs::absolute(files_[i].path)).string();
      shard.records = static_cast<uint32_t>(scan.records.labels.size());
      shard.bytes = scan.bytes;
      shard.foreign = std::make_shared<const ForeignRecords>(std::move(scan.records));
      split.shards.push_back(std::move(shard));
    }
    std::erase_if(info_.splits, [](const DatasetSplit& split) { return split.records == 0; });
  }

  // The hash of everything that decides which pixels and labels a record id means, as far as it is known without
  // reading every payload.
  std::string Fingerprint() const {
    std::string text =
        "foreign\nlabel_base=" + std::to_string(info_.foreign->label_base) + "\nscale=" + info_.scale.mode +
        "\nlayout=" + (options_.layout ? *options_.layout == PixelLayout::kHwc ? "HWC" : "CHW" : "") + "\n";
    for (const auto& [role, key] : options_.keys) text += role + "=" + key + "\n";
    for (const std::string& name : info_.classes) text += "class=" + name + "\n";
    Sha256 hash;
    hash.Update(text);
    for (size_t i = 0; i < files_.size(); ++i) {
      hash.Update(std::string(SplitName(files_[i].split)) + " " + files_[i].path.filename().string() + "\n");
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
  const std::vector<ForeignFile> files_;
  DatasetInfo info_;
  ForeignClasses classes_;
  std::vector<ForeignScan> scans_;
};

}  // namespace

DatasetInfo DescribeForeign(const fs::path& path, const ForeignOptions& options) {
  return Describer(path, options).Describe();
}

}  // namespace dataset

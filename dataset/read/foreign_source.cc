#include "dataset/read/foreign_source.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include "dataset/base/error.h"
#include "dataset/base/little_endian.h"
#include "dataset/codec/decoder.h"
#include "dataset/io/file.h"
#include "dataset/read/class_map.h"
#include "dataset/read/foreign_sample.h"
#include "dataset/read/foreign_scan.h"
#include "dataset/record/record_reader.h"
#include "dataset/sample/sample.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

constexpr uint32_t kMaxClasses = 1 << 20;
constexpr int kMeasuredRecords = 32;
constexpr float kLeastValue = 1e-30f;  // the bytes of small integers are floats below it

class SourceReader {
 public:
  SourceReader(const fs::path& path, const ForeignOptions& options, FirstRecord first)
      : path_(path), options_(options), first_(first) {}

  ForeignSource Read() {
    source_.files = FindForeignFiles(path_, &source_.notes);
    source_.keys = SampleKeys(options_.keys);
    source_.format.layout = options_.layout;
    source_.format.label_base = options_.label_base.value_or(0);
    source_.classes.count = kMaxClasses;
    ReadClassMap();
    ReadFirstRecords();
    return std::move(source_);
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
    source_.class_map = ParseClassMap(ReadFile(*file, 64 << 20), source_.format.label_base, file->string());
    if (source_.class_map.size() > kMaxClasses) throw Error(*file, "names too many classes");
    source_.class_file = *file;
    source_.classes = NamedClasses(source_.class_map);
    source_.format.named = true;
  }

  // Calls visit(payload, place) for the first records in order, until it returns true. An Error ends it; if
  // the first record may be broken, the first Error is thrown at the end if nothing else told what the records hold.
  template <typename Visit>
  void ForFirstRecords(const Visit& visit) const {
    std::optional<Error> broken;
    int left = kMeasuredRecords;
    for (const ForeignFile& file : source_.files) {
      if (left == 0) break;
      try {
        RecordReader reader(file.path);
        if (first_ == FirstRecord::kTells) RefuseCompressed(reader.compression(), file.path);
        while (left > 0) {
          const auto payload = reader.Next();
          if (!payload) break;
          --left;
          try {
            if (visit(*payload, Place{file.path.string(), reader.records() - 1, reader.offset()})) return;
          } catch (const Error& error) {
            if (first_ == FirstRecord::kTells) throw;
            if (!broken) broken = error;
          }
        }
      } catch (const Error& error) {
        if (first_ == FirstRecord::kTells) throw;
        if (!broken) broken = error;
      }
    }
    if (broken && !source_.format.content) throw *broken;
  }

  void ReadFirstRecords() {
    ForeignFormat& format = source_.format;
    ForFirstRecords([&](std::string_view payload, const Place& place) {
      format.content = ForeignContentOf(payload, source_.keys, format, place);
      return true;
    });
    if (!format.content) throw Error(path_, "has no records");
    LookAtFirstRecords();
    const bool encoded = format.content == ForeignContent::kEncoded,
               floats = format.content == ForeignContent::kFloat32;
    if (encoded && options_.layout)
      throw Error::Usage("`layout` does not apply: the records hold image files, which have their own");
    if (!floats && options_.scale) throw Error::Usage("`scale` does not apply: the records hold no floats");
    source_.store = encoded ? Store::kCompressed : floats ? Store::kNormalized : Store::kRaw;
    if (!floats) return;
    source_.scale = MakeScale(options_.scale ? *options_.scale : MeasureRange(), ValueType::kFloat32, 3,
                              ImageNetMean(3), ImageNetStd(3));
    source_.scale.exact = !options_.scale;
  }

  // Whoever reads the records says what is wrong with them; here it ends the look, or passes over one.
  void LookAtFirstRecords() {
    try {
      ForFirstRecords([&](std::string_view payload, const Place& place) {
        LookAt(payload, place);
        return source_.format.content != ForeignContent::kEncoded && source_.format.label_values != 0;
      });
    } catch (const Error&) {
    }
  }

  void LookAt(std::string_view payload, const Place& place) {
    ForeignFormat& format = source_.format;
    try {
      if (format.label_values == 0) {
        format.label_values = CountLabelValues(SampleFields(payload, source_.keys, place));
      }
      if (format.content != ForeignContent::kEncoded) return;
      Sample sample;
      ParseForeignPicture(payload, source_.keys, format, place, &sample);
      ++source_.looked;
      source_.deep += ReadImageHeader(sample.content).bits > 8 ? 1 : 0;
    } catch (const Error&) {
    }
  }

  ScaleMode MeasureRange() const {
    float least = std::numeric_limits<float>::infinity(), most = -least, nearest = least;
    bool numbers = true, grey = true;
    ForFirstRecords([&](std::string_view payload, const Place& place) {
      Sample sample;
      ParseForeignPicture(payload, source_.keys, source_.format, place, &sample);
      grey &= sample.channels == 1;
      for (size_t i = 0; i < sample.content.size(); i += sizeof(float)) {
        const float value = LoadLittleEndian<float>(sample.content.data() + i);
        numbers &= std::isfinite(value);
        if (!std::isfinite(value)) continue;
        least = std::min(least, value);
        most = std::max(most, value);
        if (value != 0) nearest = std::min(nearest, std::abs(value));
      }
      return false;
    });
    const std::string floats = "the floats of its first records";
    if (least > most) throw Error(path_, floats + " hold no finite number: all are NaN or infinite");
    const std::string range = std::to_string(least) + " ... " + std::to_string(most);
    if (!numbers) {
      throw Error(path_, floats + " are not all finite numbers; those that are, " + range +
                             ", are read if you name what they are with `scale`");
    }
    if (nearest < kLeastValue && most < kLeastValue) {
      throw Error(path_, "the bytes of its first records are no floats, but perhaps int32, which no option reads");
    }
    if (least >= 0 && most <= 1) return ScaleMode::kUnit;
    if (least >= -1 && most <= 1) return ScaleMode::kSigned;
    if (least >= 0 && most <= 255) return ScaleMode::kByte;
    throw Error(path_, floats + ", " + range +
                           ", are not in 0 ... 1, -1 ... 1 or 0 ... 255; name what they are with `scale`" +
                           (grey ? ", unless 4 bytes a pixel are RGBA or integers, which no option reads" : ""));
  }

  const fs::path& path_;
  const ForeignOptions& options_;
  const FirstRecord first_;
  ForeignSource source_;
};

}  // namespace

ForeignSource OpenForeignSource(const fs::path& path, const ForeignOptions& options, FirstRecord first) {
  return SourceReader(path, options, first).Read();
}

}  // namespace dataset

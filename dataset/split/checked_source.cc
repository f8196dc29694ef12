#include "dataset/split/checked_source.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "dataset/base/utf8.h"
#include "dataset/split/class_order.h"
#include "dataset/split/keep_rows.h"
#include "dataset/split/look_alikes.h"

namespace dataset {
namespace {

using Verdict = CheckedImage::Verdict;

ImageCheckOptions MakeCheckOptions(const SplitOptions& options, bool list) {
  ImageCheckOptions check;
  check.check = options.check;
  check.hashing = options.duplicates == DuplicateRule::kIgnore ? Hashing::kNone
                  : options.assign == Assign::kHash            ? Hashing::kAll
                                                               : Hashing::kSharedSizes;
  check.perceptual = options.near_duplicates ? Perceptual::kYes : Perceptual::kNo;
  // A listed file may be missing, and asking for its size finds that out. A file that the scan found exists.
  check.sizes = list ? Sizes::kAll : Sizes::kIfRead;
  return check;
}

// Skips files without an image extension; reads none.
void DropOtherExtensions(CheckedSource* checked) {
  std::vector<SourceSample>& samples = checked->source.samples;
  std::vector<bool> kept(samples.size());
  for (size_t i = 0; i < samples.size(); ++i) {
    kept[i] = HasImageExtension(samples[i].path);
    if (!kept[i]) checked->source.skipped.push_back({std::move(samples[i].path), SkipKind::kNoPicture});
  }
  KeepRows(kept, &samples);
}

std::string_view Stem(std::string_view path) { return path.substr(0, path.rfind('.')); }

// Of a camera's raw file and JPEG the JPEG is the sample. A raw file alone is a picture lost.
void WarnOfLoneRaws(CheckedSource* checked) {
  std::unordered_set<std::string_view> stems;
  for (const SourceSample& sample : checked->source.samples) stems.insert(Stem(sample.path));
  size_t count = 0;
  const std::string* first = nullptr;
  for (const auto& [path, kind] : checked->source.skipped) {
    if (kind != SkipKind::kCameraRaw || stems.contains(Stem(path))) continue;
    if (count++ == 0) first = &path;
  }
  if (count == 0) return;
  checked->source.warnings.push_back(std::to_string(count) + " camera raw file" + (count == 1 ? "" : "s") +
                                     " left out that have no JPEG of the same name beside them, the first " +
                                     Printable(*first) + "; convert them");
}

// A picture may hide in "x.jpg_large" or, by mistake, in "x.part2".
void WarnOfOddExtensions(CheckedSource* checked) {
  if (!checked->source.list_sha256.empty()) return;
  size_t count = 0;
  const std::string* first = nullptr;
  for (const SourceSample& sample : checked->source.samples) {
    const std::string_view name = std::string_view(sample.path).substr(sample.path.rfind('/') + 1);
    if (name.find('.') == name.npos || HasImageExtension(name)) continue;
    if (count++ == 0) first = &sample.path;
  }
  if (count == 0) return;
  checked->source.notes.push_back(std::to_string(count) + (count == 1 ? " image has" : " images have") +
                                  " an unusual extension, the first " + Printable(*first) +
                                  "; `exclude` leaves out what is no photo");
}

void NumberLabels(CheckedSource* checked) {
  const std::vector<std::string>& classes = checked->classes;
  std::unordered_map<std::string_view, uint32_t> numbers;
  for (const std::string& name : classes) numbers.emplace(name, static_cast<uint32_t>(numbers.size()));
  std::vector<uint32_t>& labels = checked->labels;
  labels.reserve(checked->source.samples.size());
  for (const SourceSample& sample : checked->source.samples) {
    // Samples of a class mostly follow one another, so most need no search.
    if (!labels.empty() && classes[labels.back()] == sample.label) {
      labels.push_back(labels.back());
    } else {
      labels.push_back(numbers.at(sample.label));
    }
  }
}

std::string DigestOf(const CheckedSource& checked) {
  Sha256 sha256;
  std::string line;
  for (size_t i = 0; i < checked.images.size(); ++i) {
    const CheckedImage& image = checked.images[i];
    line = checked.source.samples[i].path + '\0' + std::to_string(image.size);
    line += ' ' + std::to_string(image.perceptual_hash);
    if (image.sha256) line += ' ' + Hex(*image.sha256);
    sha256.Update(line += '\n');
  }
  return sha256.FinishHex();
}

}  // namespace

CheckedSource CheckSource(SampleSource source, const SplitOptions& options, Progress& progress) {
  CheckedSource checked;
  RefuseLookAlikes(options, &source);
  checked.source = std::move(source);
  const bool list = !checked.source.list_sha256.empty();
  if (options.check == ImageCheck::kNone && !list) DropOtherExtensions(&checked);
  std::vector<SourceSample>& samples = checked.source.samples;
  checked.images = CheckImages(checked.source.root, samples, MakeCheckOptions(options, list), progress);

  std::set<std::string> classes(checked.source.class_folders.begin(), checked.source.class_folders.end());
  std::vector<bool> kept(samples.size());
  const std::string* last_label = nullptr;
  for (size_t i = 0; i < samples.size(); ++i) {
    CheckedImage& image = checked.images[i];
    std::vector<SkippedName>& skipped = checked.source.skipped;
    if (image.verdict == Verdict::kCameraRaw && !list) {
      skipped.push_back({std::move(samples[i].path), SkipKind::kCameraRaw});
    } else if (image.verdict == Verdict::kUnknownFormat && !list && !HasImageExtension(samples[i].path)) {
      skipped.push_back({std::move(samples[i].path), SkipKind::kNoPicture});
    } else if (samples[i].label.empty()) {
      skipped.push_back({samples[i].path, SkipKind::kNoClass});
      checked.strays.push_back(std::move(samples[i].path));
    } else {
      kept[i] = image.verdict == Verdict::kImage;
      if (last_label == nullptr || *last_label != samples[i].label) {
        last_label = &*classes.insert(samples[i].label).first;
      }
      if (!kept[i]) {
        checked.rejected.push_back(
            {std::move(samples[i].path), std::move(image.reason), samples[i].label, image.verdict});
      }
    }
  }
  KeepRows(kept, &samples);
  KeepRows(kept, &checked.images);
  OrderedClasses ordered = OrderClasses({classes.begin(), classes.end()}, options);
  checked.classes = std::move(ordered.names);
  checked.class_order = std::move(ordered.order);
  if (!ordered.note.empty()) checked.source.notes.push_back(std::move(ordered.note));
  NumberLabels(&checked);
  checked.digest = DigestOf(checked);
  std::sort(checked.source.skipped.begin(), checked.source.skipped.end(),
            [](const SkippedName& a, const SkippedName& b) { return a.path < b.path; });
  WarnOfLoneRaws(&checked);
  WarnOfOddExtensions(&checked);
  return checked;
}

void AddMissing(const std::vector<std::string>& paths, std::vector<RejectedImage>* rejected) {
  for (const std::string& path : paths)
    rejected->push_back({path, "is in the list, but there is no such file", {}, Verdict::kDamaged});
  std::stable_sort(rejected->begin(), rejected->end(),
                   [](const RejectedImage& a, const RejectedImage& b) { return a.path < b.path; });
}

}  // namespace dataset

#include "dataset/split/checked_source.h"

#include <algorithm>
#include <set>
#include <utility>

#include "dataset/split/keep_rows.h"

namespace dataset {
namespace {

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

// Moves files without an image extension to not_images; reads none.
void DropOtherExtensions(CheckedSource* checked) {
  std::vector<SourceSample>& samples = checked->source.samples;
  std::vector<bool> kept(samples.size());
  for (size_t i = 0; i < samples.size(); ++i) {
    kept[i] = HasImageExtension(samples[i].path);
    if (!kept[i]) checked->not_images.push_back(std::move(samples[i].path));
  }
  KeepRows(kept, &samples);
}

void NumberLabels(CheckedSource* checked) {
  const std::vector<std::string>& classes = checked->classes;
  std::vector<uint32_t>& labels = checked->labels;
  labels.reserve(checked->source.samples.size());
  for (const SourceSample& sample : checked->source.samples) {
    // Samples of a class mostly follow one another, so most need no search.
    if (!labels.empty() && classes[labels.back()] == sample.label) {
      labels.push_back(labels.back());
    } else {
      const auto found = std::lower_bound(classes.begin(), classes.end(), sample.label);
      labels.push_back(static_cast<uint32_t>(found - classes.begin()));
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
  checked.source = std::move(source);
  checked.not_images = std::move(checked.source.no_files);
  const bool list = !checked.source.list_sha256.empty();
  if (options.check == ImageCheck::kNone && !list) DropOtherExtensions(&checked);
  std::vector<SourceSample>& samples = checked.source.samples;
  checked.images = CheckImages(checked.source.root, samples, MakeCheckOptions(options, list), progress);

  std::set<std::string> classes(checked.source.class_folders.begin(), checked.source.class_folders.end());
  std::vector<bool> kept(samples.size());
  const std::string* last_label = nullptr;
  for (size_t i = 0; i < samples.size(); ++i) {
    CheckedImage& image = checked.images[i];
    const bool image_format = image.verdict != CheckedImage::Verdict::kUnknownFormat;
    if (!image_format && !list && !HasImageExtension(samples[i].path)) {
      checked.not_images.push_back(std::move(samples[i].path));
    } else if (samples[i].label.empty()) {
      checked.strays.push_back(std::move(samples[i].path));
    } else {
      kept[i] = image.verdict == CheckedImage::Verdict::kImage;
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
  checked.classes.assign(classes.begin(), classes.end());
  NumberLabels(&checked);
  checked.digest = DigestOf(checked);
  std::sort(checked.not_images.begin(), checked.not_images.end());
  return checked;
}

}  // namespace dataset

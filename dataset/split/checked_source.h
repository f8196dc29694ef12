#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dataset/base/progress.h"
#include "dataset/split/image_check.h"
#include "dataset/split/sample_source.h"
#include "dataset/split/split_options.h"

namespace dataset {

struct RejectedImage {
  std::string path;
  std::string reason;
  std::string label;  // of its class
  CheckedImage::Verdict verdict = CheckedImage::Verdict::kDamaged;
};

// A source in which every sample is an image that has a class.
struct CheckedSource {
  SampleSource source;                  // `skipped` is complete and sorted by path
  std::string digest;                   // sha256 of the samples' paths, sizes, perceptual hashes and sha256s
  std::vector<CheckedImage> images;     // one per sample
  std::vector<uint32_t> labels;         // one per sample: its class's place in `classes`
  std::vector<std::string> classes;     // in label order; includes classes without any good image
  std::string class_order;              // as OrderedClasses::order
  std::vector<RejectedImage> rejected;  // images that are damaged or not read, sorted by path
  std::vector<std::string> strays;      // paths of images without a class, sorted
};

// Checks the files, and hashes them as far as the options need it. A file of an unknown format is skipped if it was
// found in a folder and its name has no image extension; otherwise it is rejected as damaged. Camera raw is skipped in
// a folder and rejected in a list. Throws the errors of RefuseLookAlikes, OrderClasses and CheckImages.
CheckedSource CheckSource(SampleSource source, const SplitOptions& options, Progress& progress);
// Adds the paths of listed files that do not exist; *rejected stays sorted by path.
void AddMissing(const std::vector<std::string>& paths, std::vector<RejectedImage>* rejected);

}  // namespace dataset

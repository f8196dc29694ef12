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
  SampleSource source;
  std::string digest;                   // sha256 of the samples' paths, sizes, perceptual hashes and sha256s
  std::vector<CheckedImage> images;     // one per sample
  std::vector<uint32_t> labels;         // one per sample: its class's place in `classes`
  std::vector<std::string> classes;     // sorted; includes classes without any good image
  std::vector<RejectedImage> rejected;  // images that are damaged or not read, sorted by path
  std::vector<std::string> not_images;  // paths, sorted
  std::vector<std::string> strays;      // paths of images without a class, sorted
};

// Checks the files, and hashes them as far as the options need it. A file of an unknown format goes to `not_images` if
// it was found in a folder and its name has no image extension; otherwise it is rejected as damaged. Throws the errors
// of CheckImages.
CheckedSource CheckSource(SampleSource source, const SplitOptions& options, Progress& progress);

}  // namespace dataset

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
};

// A source whose samples are all images of a class.
struct CheckedSource {
  SampleSource source;
  std::string digest;                   // sha256 of the samples' paths and of what is known of their content
  std::vector<CheckedImage> images;     // of the samples
  std::vector<uint32_t> labels;         // of the samples: numbers in classes
  std::vector<std::string> classes;     // in order; also folders without images, and classes whose images are damaged
  std::vector<RejectedImage> rejected;  // sorted by path
  std::vector<std::string> not_images;  // paths, sorted
  std::vector<std::string> strays;      // images without a class, sorted
};

// Checks the files and hashes them as far as the options need it. What a folder holds of other formats is no image if
// it is not named like one; then, and in a list, it is rejected. Throws as CheckImages does.
CheckedSource CheckSource(SampleSource source, const SplitOptions& options, Progress& progress);

}  // namespace dataset

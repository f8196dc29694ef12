#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dataset/base/progress.h"
#include "dataset/split/image_check.h"

namespace dataset {

// A picture that is there before, under another path.
struct Duplicate {
  enum class Kind { kSame, kNear };  // equal bytes; a near perceptual hash
  std::string path;
  Kind kind = Kind::kSame;
  std::string same_as;
  uint32_t distance = 0;  // of the hashes, in bits
  bool conflict = false;  // the two have different labels
};

struct DuplicateSets {
  std::vector<uint32_t> first;  // of each sample: the first sample that it equals, directly or by others; or itself
  std::vector<Duplicate> duplicates;  // sorted by path
};

// Finds samples of equal sha256 and, with `near`, those whose perceptual hashes differ in no more bits. `images` are
// the samples' own, with hashes as far as they can be shared. In parallel; does not depend on threads.
DuplicateSets FindDuplicates(const std::vector<SourceSample>& samples, const std::vector<CheckedImage>& images,
                             std::optional<uint32_t> near, Progress& progress);

// duplicates.csv (proto/FORMAT.md, section 1).
std::string FormatDuplicates(const std::vector<Duplicate>& duplicates);

}  // namespace dataset

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dataset/base/progress.h"
#include "dataset/split/image_check.h"

namespace dataset {

// A picture that occurs under more than one path.
struct Duplicate {
  enum class Kind { kSame, kNear };  // equal bytes, or perceptual hashes that differ in few bits
  std::string path;
  Kind kind = Kind::kSame;
  std::string same_as;    // kSame: the first path with these bytes; kNear: the path with the nearest hash
  uint32_t distance = 0;  // differing bits of the two hashes; 0 for kSame
  bool conflict = false;  // the two have different labels
};

struct DuplicateSets {
  // One per sample: the first sample of its set. Duplicates of one another, and of a common third, are in one set.
  std::vector<uint32_t> first;
  std::vector<Duplicate> duplicates;  // sorted by path
};

// Finds samples with equal sha256s and, if `near` is set, those whose perceptual hashes differ in at most `near` bits.
// `images` has one element per sample; a sample without a sha256 equals no other. Works in parallel; the result does
// not depend on the number of threads.
DuplicateSets FindDuplicates(const std::vector<SourceSample>& samples, const std::vector<CheckedImage>& images,
                             std::optional<uint32_t> near, Progress& progress);

// Returns the content of duplicates.csv (proto/FORMAT.md, section 1).
std::string FormatDuplicates(const std::vector<Duplicate>& duplicates);

}  // namespace dataset

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dataset/base/progress.h"
#include "dataset/split/image_check.h"
#include "dataset/split/split_options.h"

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

// A picture that lies in kPlaceholderClasses or more classes, such as "image not available".
struct Placeholder {
  std::string path;      // the first one with these bytes
  uint32_t files = 0;    // that have these bytes
  uint32_t classes = 0;  // that hold one of them
};
inline constexpr uint32_t kPlaceholderClasses = 3;

struct DuplicateSets {
  // One per sample: the first sample of its set. Duplicates of one another, and of a common third, are in one set.
  std::vector<uint32_t> first;
  std::vector<Duplicate> duplicates;      // sorted by path
  std::vector<Placeholder> placeholders;  // most files first, then by path
};

// Finds samples with equal sha256s and, if `near` is set, those whose perceptual hashes differ in at most `near` bits.
// `images` has one element per sample; a sample without a sha256 equals no other. Works in parallel; the result does
// not depend on the number of threads.
DuplicateSets FindDuplicates(const std::vector<SourceSample>& samples, const std::vector<CheckedImage>& images,
                             std::optional<uint32_t> near, Progress& progress);

// Returns which samples `rule` keeps, one element per sample (proto/FORMAT.md, section 1, "Duplicates"). `first` is
// DuplicateSets::first; `labels` has one number per sample.
std::vector<bool> KeepByRule(DuplicateRule rule, const std::vector<uint32_t>& first,
                             const std::vector<uint32_t>& labels);

// Returns the content of duplicates.csv (proto/FORMAT.md, section 1).
std::string FormatDuplicates(const std::vector<Duplicate>& duplicates);

}  // namespace dataset

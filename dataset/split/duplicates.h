#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dataset/base/enum_names.h"
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
  std::vector<uint32_t> same;             // one per sample: the first sample with equal bytes
  std::vector<Duplicate> duplicates;      // sorted by path
  std::vector<Placeholder> placeholders;  // most files first, then by path
};

// Finds samples with equal sha256s and, if `near` is set, those whose perceptual hashes differ in at most `near` bits.
// `images` has one element per sample; a sample without a sha256 equals no other. Works in parallel; the result does
// not depend on the number of threads.
DuplicateSets FindDuplicates(const std::vector<SourceSample>& samples, const std::vector<CheckedImage>& images,
                             std::optional<uint32_t> near, Progress& progress);

// What a DuplicateRule does to a sample. Look-alikes are always kept.
enum class Fate { kKept, kDroppedCopy, kDroppedConflict };
constexpr auto EnumNames(Fate) {
  return NameTable<Fate, 3>{{{Fate::kKept, "kept"},
                             {Fate::kDroppedCopy, "of equal bytes"},
                             {Fate::kDroppedConflict, "of equal bytes in several classes"}}};
}

// A sample that was left out.
struct DroppedSample {
  std::string path;
  Fate fate = Fate::kDroppedCopy;
};

// Returns the fate of each sample (proto/FORMAT.md, section 1, "Duplicates"). `same` is DuplicateSets::same; `labels`
// has one number per sample.
std::vector<Fate> FatesByRule(DuplicateRule rule, const std::vector<uint32_t>& same,
                              const std::vector<uint32_t>& labels);

// Returns DuplicateSets::first for the samples that are kept, as places among them. The others get any number.
std::vector<uint32_t> FirstAmongKept(const std::vector<uint32_t>& first, const std::vector<bool>& kept);

// Returns the content of duplicates.csv (proto/FORMAT.md, section 1).
std::string FormatDuplicates(const std::vector<Duplicate>& duplicates);

}  // namespace dataset

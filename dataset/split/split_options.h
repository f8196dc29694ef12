#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dataset {

inline constexpr std::array<double, 3> kDefaultRatio = {80, 10, 10};

enum class RatioRule { kGiven, kAuto };
enum class Assign { kQuota, kHash };
enum class DuplicateRule { kGroup, kIgnore, kDrop };
enum class Balance { kNone, kUndersample, kOversample };
enum class ImageCheck { kNone, kHeader, kFull };

struct SplitOptions {
  // RAW/<class>/**, RAW/{train,val,test}/<class>/**, with label_regex RAW/**; or a list, CSV or JSON.
  std::filesystem::path source;
  // Only for a list: the folder that its paths begin at; default: where the list lies.
  std::optional<std::filesystem::path> root;
  std::optional<std::vector<std::string>> columns;  // of a list: see dataset/split/sample_list.h
  std::string json_key;                             // of a JSON list: the member that holds it
  std::string label_regex;                          // on the file name, capture 1; empty: the folder is the class

  // Parts of train, val and test: two (train, val) or three numbers >= 0, of any sum; 60,20,20 equals .6,.2,.2.
  // Default: kDefaultRatio. Not for ready-made splits, nor with `fixed`.
  std::optional<std::vector<double>> ratio;
  RatioRule ratio_rule = RatioRule::kGiven;    // kAuto: by the number of samples (proto/FORMAT.md), without `ratio`
  std::optional<std::vector<uint32_t>> fixed;  // samples of each class: val, test, or train, val, test
  // Ready-made splits without val: this part of train becomes val, stratified. Only then.
  std::optional<double> val_fraction;
  uint32_t kfold = 0;                     // 2 ... kMaxFolds folds of what is not test, all of it train; 0: none
  std::optional<double> sample;           // this part of each class, before all else
  std::optional<uint32_t> min_per_class;  // at least 1; default: 2 per split or fold asked for
  Balance balance = Balance::kNone;       // of train
  Assign assign = Assign::kQuota;
  uint64_t seed = 0;

  std::string group_by;  // "parent", "regex:R" (on the file name, capture 1) or "column:C" (of a list); empty: none
  DuplicateRule duplicates = DuplicateRule::kGroup;
  std::optional<uint32_t> near_duplicates;  // Hamming distance of perceptual hashes, 0 ... kMaxNearDistance
  ImageCheck check = ImageCheck::kHeader;
  int jobs = 1;  // threads; never changes a result
};

inline constexpr uint32_t kMaxFolds = 1000;
inline constexpr uint32_t kMaxNearDistance = 16;

std::string_view Name(Assign assign);             // quota, hash
std::string_view Name(DuplicateRule duplicates);  // group, ignore, drop
std::string_view Name(Balance balance);           // none, undersample, oversample
std::string_view Name(ImageCheck check);          // none, header, full

// Throws Error::Usage with the field's name for an option out of its range and for options that exclude each other.
void Validate(const SplitOptions& options);

// The options that decide the split and hold for every source, by name. What is dealt (ratio, fixed, ...) is not among
// them.
std::map<std::string, std::string> DecidingOptions(const SplitOptions& options);

}  // namespace dataset

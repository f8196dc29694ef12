#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dataset/base/enum_names.h"

namespace dataset {

inline constexpr std::array<double, 3> kDefaultRatio = {80, 10, 10};

enum class RatioRule { kGiven, kAuto };
enum class Assign { kQuota, kHash };
constexpr auto EnumNames(Assign) { return NameTable<Assign, 2>{{{Assign::kQuota, "quota"}, {Assign::kHash, "hash"}}}; }
enum class DuplicateRule { kGroup, kIgnore, kDrop };
constexpr auto EnumNames(DuplicateRule) {
  return NameTable<DuplicateRule, 3>{
      {{DuplicateRule::kGroup, "group"}, {DuplicateRule::kIgnore, "ignore"}, {DuplicateRule::kDrop, "drop"}}};
}
enum class Balance { kNone, kUndersample, kOversample };
constexpr auto EnumNames(Balance) {
  return NameTable<Balance, 3>{
      {{Balance::kNone, "none"}, {Balance::kUndersample, "undersample"}, {Balance::kOversample, "oversample"}}};
}
enum class ImageCheck { kNone, kHeader, kFull };
constexpr auto EnumNames(ImageCheck) {
  return NameTable<ImageCheck, 3>{
      {{ImageCheck::kNone, "none"}, {ImageCheck::kHeader, "header"}, {ImageCheck::kFull, "full"}}};
}

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

// Throws Error::Usage with the field's name for an option out of its range and for options that exclude each other.
void Validate(const SplitOptions& options);

// The options that decide the split and hold for every source, by name. What is dealt (ratio, fixed, ...) is not among
// them.
std::map<std::string, std::string> DecidingOptions(const SplitOptions& options);

}  // namespace dataset

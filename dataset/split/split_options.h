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

inline constexpr std::array<double, 3> kDefaultRatio = {80, 10, 10};  // train, val, test

enum class RatioRule { kGiven, kAuto };
enum class Assign { kQuota, kHash };
constexpr auto EnumNames(Assign) { return NameTable<Assign, 2>{{{Assign::kQuota, "quota"}, {Assign::kHash, "hash"}}}; }
enum class DuplicateRule { kGroup, kIgnore, kDrop, kDropConflicts };
constexpr auto EnumNames(DuplicateRule) {
  return NameTable<DuplicateRule, 4>{{{DuplicateRule::kGroup, "group"},
                                      {DuplicateRule::kIgnore, "ignore"},
                                      {DuplicateRule::kDrop, "drop"},
                                      {DuplicateRule::kDropConflicts, "drop-conflicts"}}};
}
enum class StrictGroups { kNo, kYes };
enum class Balance { kNone, kUndersample, kOversample };
constexpr auto EnumNames(Balance) {
  return NameTable<Balance, 3>{
      {{Balance::kNone, "none"}, {Balance::kUndersample, "undersample"}, {Balance::kOversample, "oversample"}}};
}
enum class OnMissing { kFail, kSkip };
constexpr auto EnumNames(OnMissing) {
  return NameTable<OnMissing, 2>{{{OnMissing::kFail, "fail"}, {OnMissing::kSkip, "skip"}}};
}
enum class ClassOrder { kAuto, kBytewise, kNatural };
constexpr auto EnumNames(ClassOrder) {
  return NameTable<ClassOrder, 3>{
      {{ClassOrder::kAuto, "auto"}, {ClassOrder::kBytewise, "bytewise"}, {ClassOrder::kNatural, "natural"}}};
}
enum class SplitFolders { kAuto, kNone };
constexpr auto EnumNames(SplitFolders) {
  return NameTable<SplitFolders, 2>{{{SplitFolders::kAuto, "auto"}, {SplitFolders::kNone, "none"}}};
}
enum class ImageCheck { kNone, kHeader, kFull };
constexpr auto EnumNames(ImageCheck) {
  return NameTable<ImageCheck, 3>{
      {{ImageCheck::kNone, "none"}, {ImageCheck::kHeader, "header"}, {ImageCheck::kFull, "full"}}};
}

struct SplitOptions {
  // A folder or a list. A folder holds CLASS/**, or SPLIT/CLASS/** if the splits are ready-made; with label_regex the
  // images may lie anywhere in it. A list is a table of text, JSON or JSON Lines (dataset/source/sample_list.h).
  std::filesystem::path source;
  // The folder that the paths of a list begin at. Default: the folder of the list. Only for a list.
  std::optional<std::filesystem::path> root;
  std::optional<std::vector<std::string>> columns;  // as in SampleListOptions; only for a list
  std::string json_key;                             // as in SampleListOptions; only for a JSON list
  OnMissing on_missing = OnMissing::kFail;          // what to do with files of a list that do not exist
  // A regular expression on the file name; its group 1 is the class. Empty: the folder is the class. Only for a folder.
  std::string label_regex;
  // kAuto: FindSplitLayout (dataset/split/split_layout.h) tells folders of splits by their names. kNone: no folder is a
  // split, whatever its name. Only for a folder.
  SplitFolders split_folders = SplitFolders::kAuto;
  // How classes are numbered, from 0 on: by the bytes of their names, by the numbers in them (kNatural), or naturally
  // if all names are whole numbers and else by bytes (kAuto).
  ClassOrder class_order = ClassOrder::kAuto;
  // A classes.txt (dataset/catalog/manifest.h) that names all classes in the wanted order; only with kAuto.
  std::optional<std::filesystem::path> class_list;
  // Patterns of names (dataset/source/path_glob.h) that NameFilter takes in or leaves out. Only for a folder.
  std::vector<std::string> include;
  std::vector<std::string> exclude;

  // The shares of train and val, or of train, val and test. Each is 0 or 1e-6 ... 1e9, and their sum is free: 60,20,20
  // equals .6,.2,.2. Default: kDefaultRatio. Not allowed with `fixed` or for ready-made splits.
  std::optional<std::vector<double>> ratio;
  // kAuto: the ratio depends on the number of samples (proto/FORMAT.md, section 1); `ratio` must not be set.
  RatioRule ratio_rule = RatioRule::kGiven;
  // The number of samples of each class in val and test (train gets the rest), or in train, val and test (the rest is
  // left out).
  std::optional<std::vector<uint32_t>> fixed;
  // The part of train that becomes val, stratified by class; above 0 and below 1. Allowed only for ready-made splits
  // without val.
  std::optional<double> val_fraction;
  // The number of folds, 2 ... kMaxFolds; 0: no folds. All samples that are not test become train, each with its fold,
  // and val stays empty. Test is ready-made or gets its share of a `ratio` TRAIN,0,TEST; otherwise it is empty too.
  uint32_t kfold = 0;
  std::optional<double> sample;  // the part of each class that is kept before the deal; above 0 and below 1
  // A class with fewer samples is an Error; at least 1. Default: 2 for each split or fold asked for; for ready-made
  // splits that are not dealt, 1 in train.
  std::optional<uint32_t> min_per_class;
  Balance balance = Balance::kNone;  // applies to train alone
  Assign assign = Assign::kQuota;
  uint64_t seed = 0;

  std::string group_by;  // "parent", "regex:R" or "column:C", as GroupKey takes it; empty: no keys
  // kYes: an image without a key is an Error, as are keys that no two images share; otherwise they are warnings.
  StrictGroups strict_groups = StrictGroups::kNo;
  // kDrop keeps the first of files with equal bytes, or all if their labels differ; kDropConflicts then keeps none.
  DuplicateRule duplicates = DuplicateRule::kGroup;
  // Pictures whose perceptual hashes differ in at most so many bits are grouped like duplicates, and never dropped;
  // 0 ... kMaxNearDistance.
  std::optional<uint32_t> near_duplicates;
  ImageCheck check = ImageCheck::kHeader;
  int jobs = 1;  // threads, 1 ... 1024; the result does not depend on it
};

inline constexpr uint32_t kMaxFolds = 1000;
inline constexpr uint32_t kMaxNearDistance = 16;

// Throws Error::Usage, which names the field, for an option out of its range and for options that exclude each other.
// It reads no file, so it cannot tell whether the options fit the source.
void Validate(const SplitOptions& options);

// Returns those options, by name, that decide the split of any source. The ones that say what parts get (ratio, fixed,
// val-fraction, kfold) are in SplitPlan::options.
std::map<std::string, std::string> DecidingOptions(const SplitOptions& options);

}  // namespace dataset

#include "dataset/splitter.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <span>
#include <string_view>
#include <utility>

#include "dataset/error.h"
#include "dataset/image_folder.h"
#include "dataset/random.h"
#include "dataset/sha256.h"
#include "dataset/utf8.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

constexpr uint32_t kFewImages = 100;

std::string Number(double value) {
  char text[32];
  return std::string(text, std::to_chars(text, text + sizeof(text), value).ptr);
}

std::string RatioText(const std::vector<double>& ratio) {
  std::string text;
  for (double part : ratio) text += (text.empty() ? "" : ",") + Number(part);
  return text;
}

std::string Images(size_t count) { return std::to_string(count) + (count == 1 ? " image" : " images"); }

struct Item {
  const ImageFile* file;
  Split split;
};

// Items by class (in the order of names), each class sorted by path.
using Classes = std::map<std::string, std::vector<Item>>;

void CheckClassName(const fs::path& root, std::string_view name) {
  if (HasControlCharacter(name)) {
    throw Error(Place{Printable((root / name).string()), {}, {}}, "a class name with a control character; rename it");
  }
}

fs::path ResolveRoot(const fs::path& root) {
  std::error_code error;
  const fs::path resolved = fs::canonical(root, error);
  if (error) throw Error::System(root.string(), "cannot read the folder", error.value());
  if (!fs::is_directory(resolved, error)) throw Error(Place{root.string(), {}, {}}, "not a folder");
  if (!IsUtf8(resolved.native())) {
    throw Error(Place{Printable(resolved.native()), {}, {}}, "the name is not UTF-8; rename it");
  }
  return resolved;
}

// The first part of a path and the rest; the rest is empty without a slash.
std::pair<std::string_view, std::string_view> SplitPath(std::string_view path) {
  const size_t slash = path.find('/');
  return {path.substr(0, slash), slash == path.npos ? "" : path.substr(slash + 1)};
}

// All of the root's folders are named after splits, train among them.
bool IsReadyMade(const ImageFolder& folder, const fs::path& root) {
  int count[3] = {};
  for (const std::string& path : folder.folders) {
    if (path.find('/') != path.npos) continue;
    const std::optional<Split> split = ParseSplit(path);
    if (!split) return false;
    ++count[static_cast<int>(*split)];
  }
  if (count[static_cast<int>(Split::kTrain)] == 0) return false;
  if (count[static_cast<int>(Split::kVal)] > 1) {
    throw Error(Place{root.string(), {}, {}}, "has both val and validation; join them");
  }
  return true;
}

class Splitter {
 public:
  explicit Splitter(const SplitOptions& options) : options_(options) {}

  SplitReport Run(Progress& progress) {
    report_.root = ResolveRoot(options_.root);
    report_.seed = options_.seed;
    folder_ = ScanImageFolder(report_.root, progress);
    report_.ready_made = IsReadyMade(folder_, report_.root);
    report_.skipped_hidden = folder_.hidden;
    report_.skipped_not_image = folder_.not_images;
    CollectClasses();
    if (report_.ready_made) {
      TakeReadyMade();
    } else {
      DealByRatio();
    }
    FillManifest();
    Warn();
    report_.fingerprint = Fingerprint();
    return std::move(report_);
  }

 private:
  // Also the classes whose folders hold no image, so that they are missed by name.
  void CollectClasses() {
    for (const std::string& path : folder_.folders) {
      const auto [first, rest] = SplitPath(path);
      const std::string_view name = report_.ready_made ? rest : first;
      if (name.empty() || name.find('/') != name.npos) continue;
      CheckClassName(report_.root, name);
      classes_[std::string(name)];
    }
    for (const ImageFile& file : folder_.images) {
      std::string_view path = file.path;
      Split split = Split::kTrain;
      if (report_.ready_made) {
        const auto [name, rest] = SplitPath(path);
        if (!rest.empty()) split = *ParseSplit(name);
        path = rest;
      }
      const auto [name, rest] = SplitPath(path);
      if (rest.empty()) {
        strays_.push_back(file.path);
      } else {
        classes_.find(std::string(name))->second.push_back({&file, split});
      }
    }
    if (classes_.empty()) {
      throw Error(Place{report_.root.string(), {}, {}}, "holds no class folders; expected " +
                                                            std::string(report_.ready_made ? "train/" : "") +
                                                            "CLASS/IMAGES below it");
    }
  }

  void DealByRatio() {
    if (options_.val_fraction) {
      throw Error::Usage("val-fraction is for a folder with train/ but without val/; give the ratio instead");
    }
    const std::vector<double> ratio =
        options_.ratio.value_or(std::vector<double>(kDefaultRatio.begin(), kDefaultRatio.end()));
    report_.options = {{"ratio", RatioText(ratio)}, {"seed", std::to_string(options_.seed)}};
    Deal(ratio, "ratio " + RatioText(ratio));
  }

  void TakeReadyMade() {
    if (options_.ratio) {
      throw Error::Usage("ratio does not apply: " + report_.root.string() +
                         " is split already into train, val, test; leave it out (val-fraction makes val from train)");
    }
    bool has[3] = {};
    for (const auto& [name, items] : classes_) {
      for (const Item& item : items) has[static_cast<int>(item.split)] = true;
      if (std::none_of(items.begin(), items.end(), [](const Item& item) { return item.split == Split::kTrain; })) {
        throw Error(Place{report_.root.string(), {}, {}},
                    "class " + name + " has no images in train; add some, or remove its folders");
      }
    }
    if (has[static_cast<int>(Split::kVal)]) {
      if (options_.val_fraction) throw Error::Usage("val-fraction does not apply: there is a val folder with images");
    } else if (options_.val_fraction) {
      report_.options = {{"seed", std::to_string(options_.seed)}, {"val-fraction", Number(*options_.val_fraction)}};
      Deal({1 - *options_.val_fraction, *options_.val_fraction}, "val-fraction " + Number(*options_.val_fraction));
    } else {
      report_.warnings.push_back("there are no val images; a val-fraction, 0.1 for example, makes them from train");
    }
  }

  // Deals the items that are in train.
  void Deal(const std::vector<double>& weights, const std::string& wish) {
    const size_t parts =
        static_cast<size_t>(std::count_if(weights.begin(), weights.end(), [](double w) { return w > 0; }));
    uint32_t label = 0;
    for (auto& [name, items] : classes_) {
      std::vector<Item*> train;
      for (Item& item : items) {
        if (item.split == Split::kTrain) train.push_back(&item);
      }
      if (train.size() < parts) {
        throw Error(Place{report_.root.string(), {}, {}},
                    "class " + name + " has " + Images(train.size()) + ", but " + wish + " needs " +
                        std::to_string(parts) + ", one for each split; add images or remove the class's folder");
      }
      Rng rng(options_.seed, Domain::kSplit, 0, label++);
      Shuffle(std::span(train), rng);
      const std::vector<uint32_t> quotas = LargestRemainder(static_cast<uint32_t>(train.size()), weights);
      auto next = train.begin();
      for (size_t part = 0; part < quotas.size(); ++part) {
        for (uint32_t i = 0; i < quotas[part]; ++i) (*next++)->split = kSplits[part];
      }
    }
  }

  void FillManifest() {
    for (auto& counts : report_.counts) counts.assign(classes_.size(), 0);
    for (const auto& [name, items] : classes_) {
      const size_t label = report_.manifest.classes.size();
      report_.manifest.classes.push_back(name);
      for (const Item& item : items) {
        ++report_.counts[static_cast<size_t>(item.split)][label];
        ManifestEntry entry;
        entry.path = item.file->path;
        entry.label = name;
        entry.split = item.split;
        report_.manifest.entries.push_back(std::move(entry));
      }
    }
    std::sort(report_.manifest.entries.begin(), report_.manifest.entries.end(),
              [](const ManifestEntry& a, const ManifestEntry& b) { return a.path < b.path; });
  }

  void Warn() {
    if (!strays_.empty()) {
      report_.warnings.push_back(Images(strays_.size()) + " outside of any class folder left out, the first " +
                                 strays_.front());
    }
    if (classes_.size() == 1) {
      report_.warnings.push_back("there is one class only, " + classes_.begin()->first +
                                 "; a classifier needs two, so is this the folder above the classes?");
    }
    const auto size = [](const auto& entry) { return entry.second.size(); };
    const auto few =
        std::count_if(classes_.begin(), classes_.end(), [&](const auto& c) { return size(c) < kFewImages; });
    if (few > 0) {
      const auto fewest = std::min_element(classes_.begin(), classes_.end(),
                                           [&](const auto& a, const auto& b) { return size(a) < size(b); });
      report_.warnings.push_back(OfClasses(static_cast<size_t>(few)) + " with fewer than " + Images(kFewImages) +
                                 ", the fewest " + fewest->first + " with " + std::to_string(size(*fewest)));
    }
    for (Split split : kSplits) {
      const std::vector<uint32_t>& counts = report_.counts[static_cast<size_t>(split)];
      const auto missing = static_cast<size_t>(std::count(counts.begin(), counts.end(), 0u));
      if (missing == 0 || missing == counts.size()) continue;
      const auto first = static_cast<size_t>(std::find(counts.begin(), counts.end(), 0u) - counts.begin());
      report_.warnings.push_back(OfClasses(missing) + " without images in " + std::string(SplitName(split)) +
                                 ", the first " + report_.manifest.classes[first]);
    }
  }

  std::string OfClasses(size_t count) const {
    return std::to_string(count) + " of " + std::to_string(classes_.size()) + " classes";
  }

  std::string Fingerprint() const {
    Sha256 sha256;
    sha256.Update("format_version=1\nroot=" + report_.root.string() + "\n");
    for (const auto& [key, value] : report_.options) sha256.Update(key + "=" + value + "\n");
    for (const ImageFile& file : folder_.images) {
      sha256.Update(file.path + std::string(1, '\0') + std::to_string(file.size) + "\n");
    }
    return sha256.FinishHex();
  }

  const SplitOptions& options_;
  ImageFolder folder_;
  Classes classes_;
  std::vector<std::string> strays_;
  SplitReport report_;
};

}  // namespace

void Validate(const SplitOptions& options) {
  if (options.ratio) {
    const std::vector<double>& ratio = *options.ratio;
    const std::string cause = "ratio " + RatioText(ratio) + ": ";
    if (ratio.size() != 2 && ratio.size() != 3) {
      throw Error::Usage(cause + "two numbers (train, val) or three (train, val, test) are needed, such as 60,20,20");
    }
    for (double part : ratio) {
      if (!(part >= 0 && part <= kMaxWeight)) throw Error::Usage(cause + Number(part) + " is not from 0 to 1e9");
      if (part > 0 && part < kMinWeight) throw Error::Usage(cause + Number(part) + " is below the least part, 1e-6");
    }
    if (std::accumulate(ratio.begin(), ratio.end(), 0.0) == 0) throw Error::Usage(cause + "all parts are 0");
  }
  if (options.val_fraction && !(*options.val_fraction >= kMinWeight && *options.val_fraction <= 1 - kMinWeight)) {
    throw Error::Usage("val-fraction " + Number(*options.val_fraction) + " is not between 0 and 1");
  }
}

SplitReport MakeSplit(const SplitOptions& options, Progress& progress) {
  Validate(options);
  return Splitter(options).Run(progress);
}

}  // namespace dataset

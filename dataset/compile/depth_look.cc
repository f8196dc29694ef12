#include "dataset/compile/depth_look.h"

#include <tbb/blocked_range.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <cassert>
#include <charconv>
#include <cmath>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/codec/decoder.h"
#include "dataset/codec/image_header.h"
#include "dataset/io/folder_reader.h"
#include "dataset/io/mapped_file.h"

namespace dataset {
namespace {

constexpr size_t kBeginning = 32;       // bytes that tell most formats and a PNG's bits
constexpr size_t kMostPictures = 1000;  // that are decoded
constexpr size_t kValuesOfEach = 1024;  // values of one picture for DepthLook::most
constexpr double kLeastLevels = 32;     // fewer of the 256 are worth a range of their own

bool IsDeep(const FolderReader& root, const std::string& path, std::string* beginning, std::string* end) {
  try {
    uint64_t size = 0;
    if (!root.ReadEnds(path, kBeginning, 0, beginning, end, &size) || !MayBeDeep(*beginning)) return false;
    const MappedFile file(root.FullName(path));
    return ReadImageHeader(file.bytes()).bits > 8;
  } catch (const Error&) {
    return false;
  }
}

// Which entries of the manifest are pictures of more than 8 bits; nullopt: stopped.
std::optional<std::vector<uint32_t>> FindDeep(const CompileOptions& options, const CompileInput& input,
                                              Progress& progress) {
  const std::vector<ManifestEntry>& entries = input.manifest.entries;
  const FolderReader root(input.root);
  std::vector<char> is_deep(entries.size());
  std::atomic<bool> stopped = false;
  progress.Start("looking for pictures of more than 8 bits", entries.size());
  tbb::parallel_for(tbb::blocked_range<size_t>(0, entries.size(), 64), [&](const auto& range) {
    std::string beginning, end;
    if (options.stop && options.stop()) stopped = true;
    if (stopped) return;
    for (size_t i = range.begin(); i != range.end(); ++i) is_deep[i] = IsDeep(root, entries[i].path, &beginning, &end);
    progress.Advance(range.size());
  });
  if (stopped) return std::nullopt;
  progress.Finish();
  std::vector<uint32_t> deep;
  for (uint32_t i = 0; i < is_deep.size(); ++i) {
    if (is_deep[i]) deep.push_back(i);
  }
  return deep;
}

// Those of train, or of all splits if train has none; at most kMostPictures, at equal distances.
std::vector<uint32_t> SampleOf(const std::vector<uint32_t>& deep, const Manifest& manifest) {
  std::vector<uint32_t> all;
  for (const uint32_t entry : deep) {
    if (manifest.entries[entry].split == Split::kTrain) all.push_back(entry);
  }
  if (all.empty()) all = deep;
  const size_t count = std::min(all.size(), kMostPictures);
  std::vector<uint32_t> sample;
  for (size_t i = 0; i < count; ++i) sample.push_back(all[i * all.size() / count]);
  return sample;
}

// What one thread has seen.
struct Seen {
  DepthLook look;
  std::vector<float> values;
  std::string bytes;
  DeepImage deep;

  void Add(const FolderReader& root, const std::string& path) {
    try {
      root.Read(path, &bytes);
      if (!DecodeDeep(bytes, &deep)) return;
    } catch (const Error&) {
      return;
    }
    ++look.looked;
    const bool is_float = deep.type() == DeepImage::Type::kFloat32;
    look.floats |= is_float;
    look.integers |= !is_float;
    look.is_signed |= deep.type() == DeepImage::Type::kInt16;
    look.extent.Add(ExtentOf(deep));
    AppendValues(deep, kValuesOfEach, &values);
  }
};

double LevelsOf(const ValueExtent& extent, const Depth& depth) {
  const Depth range = depth.kind == Depth::Kind::kHighByte ? Depth::Bits(16) : depth;
  const auto level = [&](double value) {
    return std::clamp(std::floor((value - range.low) * 256 / (range.high - range.low)), 0.0, 255.0);
  };
  return level(extent.high) - level(extent.low) + 1;
}

Depth MinMax(const ValueExtent& extent) {
  return Depth::Range(extent.low, extent.high > extent.low ? extent.high : extent.low + 1);
}

Depth FittingDepth(const DepthLook& look) {
  const auto [low, high] = std::pair(look.extent.low, look.extent.high);
  if (look.floats && !look.integers) {
    if (low >= 0 && high <= 1) return Depth::Range(0, 1);
    if (low >= -1 && high <= 1) return Depth::Range(-1, 1);
    return low >= 0 && high <= 255 ? Depth::Bits(8) : MinMax(look.extent);
  }
  if (low < 0) return MinMax(look.extent);
  for (const int bits : {8, 10, 12, 14}) {
    if (high < 1 << bits) return Depth::Bits(bits);
  }
  if (high >= 1 << 16) return MinMax(look.extent);
  return look.is_signed || look.floats ? Depth::Bits(16) : Depth();
}

// With at most six digits.
std::string ShortNumber(double value) {
  char text[32];
  return std::string(text, std::to_chars(text, text + sizeof(text), value, std::chars_format::general, 6).ptr);
}

std::string ValuesText(double low, double high) { return ShortNumber(low) + " to " + ShortNumber(high); }

std::string ScalingText(const Depth& depth) {
  for (int bits = 8; bits <= 16; ++bits) {
    if (depth == Depth::Bits(bits)) return "of " + std::to_string(bits) + " bits the high 8 are taken";
  }
  if (depth.kind == Depth::Kind::kHighByte) return "of 16 bits the high 8 are taken";
  return ValuesText(depth.low, depth.high) + " become 0 to 255";
}

}  // namespace

std::optional<DepthLook> LookAtDepth(const CompileOptions& options, const CompileInput& input, Progress& progress) {
  const std::optional<std::vector<uint32_t>> deep = FindDeep(options, input, progress);
  if (!deep) return std::nullopt;
  DepthLook look;
  look.pictures = deep->size();
  if (deep->empty()) return look;

  const std::vector<uint32_t> sample = SampleOf(*deep, input.manifest);
  const FolderReader root(input.root);
  tbb::enumerable_thread_specific<Seen> threads;
  std::atomic<bool> stopped = false;
  progress.Start("looking at their values", sample.size());
  tbb::parallel_for(size_t{0}, sample.size(), [&](size_t i) {
    if (options.stop && options.stop()) stopped = true;
    if (stopped) return;
    threads.local().Add(root, input.manifest.entries[sample[i]].path);
    progress.Advance(1);
  });
  if (stopped) return std::nullopt;
  progress.Finish();

  std::vector<float> values;
  for (const Seen& seen : threads) {
    look.looked += seen.look.looked;
    look.floats |= seen.look.floats;
    look.integers |= seen.look.integers;
    look.is_signed |= seen.look.is_signed;
    look.extent.Add(seen.look.extent);
    values.insert(values.end(), seen.values.begin(), seen.values.end());
  }
  if (!values.empty()) {
    std::sort(values.begin(), values.end());
    const size_t thousandth = values.size() / 1000;
    look.most = {values[thousandth], values[values.size() - 1 - thousandth]};
  }
  return look;
}

ChosenDepth ChooseDepth(DepthChoice::Kind kind, const DepthLook& look) {
  ChosenDepth chosen;
  if (look.extent.empty()) return chosen;
  chosen.depth = FittingDepth(look);
  const bool narrow = LevelsOf(look.extent, chosen.depth) < kLeastLevels;
  if (kind == DepthChoice::Kind::kMinMax || narrow) chosen.depth = MinMax(look.extent);
  const std::string values = ValuesText(look.extent.low, look.extent.high);
  if (!chosen.depth.TakesHighByte()) {
    const std::string which = look.looked == look.pictures ? "" : " in " + std::to_string(look.looked) + " of them";
    chosen.warnings.push_back(std::to_string(look.pictures) + (look.pictures == 1 ? " picture has" : " pictures have") +
                              " more than 8 bits a channel, with values of " + values + which + ": " +
                              ScalingText(chosen.depth) + "; `depth` scales otherwise");
  }
  if (look.floats && look.integers) {
    chosen.warnings.push_back("some of these pictures hold integers and some floats, but all are scaled alike: " +
                              ScalingText(chosen.depth));
  }
  const double levels = LevelsOf(look.most, chosen.depth);
  if (levels < kLeastLevels && look.most.high > look.most.low) {
    const std::string numbers = ShortNumber(look.most.low) + "," + ShortNumber(look.most.high);
    chosen.warnings.push_back("of the values of these pictures, " + values + ", 99.8 % lie in " +
                              ValuesText(look.most.low, look.most.high) + " and become only " + ShortNumber(levels) +
                              " of 256 levels; `depth` " + numbers + " spreads them, and clips the others");
  }
  return chosen;
}

bool NeedsDepthLook(const DepthChoice& choice) {
  return choice.kind == DepthChoice::Kind::kAuto || choice.kind == DepthChoice::Kind::kMinMax;
}

Depth DepthOf(const DepthChoice& choice) {
  assert(!NeedsDepthLook(choice));
  if (choice.kind == DepthChoice::Kind::kBits) return Depth::Bits(static_cast<int>(choice.bits));
  return choice.kind == DepthChoice::Kind::kRange ? Depth::Range(choice.low, choice.high) : Depth();
}

}  // namespace dataset

#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/base/progress.h"
#include "dataset/base/sha256.h"
#include "dataset/split/sample_source.h"
#include "dataset/split/split_options.h"

namespace dataset {

// Which files get a sha256. kSharedSizes: those whose size another file has too; only they can be equal.
enum class Hashing { kNone, kSharedSizes, kAll };
// Whether images get a perceptual hash; if so, every file is read and decoded.
enum class Perceptual { kNo, kYes };
// Whether sizes are also asked for when the other options leave the files alone.
enum class Sizes { kIfRead, kAll };

struct ImageCheckOptions {
  ImageCheck check = ImageCheck::kHeader;
  Hashing hashing = Hashing::kSharedSizes;
  Perceptual perceptual = Perceptual::kNo;
  Sizes sizes = Sizes::kAll;
};

struct CheckedImage {
  enum class Verdict { kImage, kUnknownFormat, kUnreadFormat, kCameraRaw, kDamaged };
  Verdict verdict = Verdict::kImage;
  std::string reason;                  // why it is no image, is not read, is camera raw or damaged; empty for kImage
  bool animated = false;               // if its header was needed
  uint64_t size = 0;                   // in bytes; 0 if it was not needed
  std::optional<Sha256Digest> sha256;  // nullopt if it was not needed
  uint64_t perceptual_hash = 0;        // 0 if it was not asked for or the image is bad
};

// Checks the files of `samples`, whose paths are relative to `root`, and returns one result per sample.
// ImageCheck::kNone takes every file for an image (a file that is hashed is read, not parsed); kHeader reads the header
// and looks for the end that the format requires; kFull decodes all pixels. A bad image is a verdict, not an error.
// Throws Error for a file that cannot be read, or that is missing if its size is needed; among several, for the first
// in the order of `samples`. Works in parallel; the result does not depend on the number of threads.
std::vector<CheckedImage> CheckImages(const std::filesystem::path& root, const std::vector<SourceSample>& samples,
                                      const ImageCheckOptions& options, Progress& progress);

}  // namespace dataset

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

enum class Hashing { kNone, kSharedSizes, kAll };  // kSharedSizes: only files of a size that another file has too
enum class Perceptual { kNo, kYes };
enum class Sizes { kIfRead, kAll };

struct ImageCheckOptions {
  ImageCheck check = ImageCheck::kHeader;
  Hashing hashing = Hashing::kSharedSizes;
  Perceptual perceptual = Perceptual::kNo;
  Sizes sizes = Sizes::kAll;
};

struct CheckedImage {
  enum class Verdict { kImage, kUnknownFormat, kDamaged };
  Verdict verdict = Verdict::kImage;
  std::string reason;  // unless it is an image
  uint64_t size = 0;   // 0 also if not asked for
  std::optional<Sha256Digest> sha256;
  uint64_t perceptual_hash = 0;  // if asked for, of images
};

// Looks at each file in parallel. ImageCheck::kNone takes every file unread (those whose content
// is hashed are read, but not looked at); kHeader looks at the header (and for a JPEG's end), kFull
// decodes all pixels. Throws Error naming the
// first file, by path, that cannot be read (or is not there, if sizes are asked for). Does not depend on threads.
std::vector<CheckedImage> CheckImages(const std::filesystem::path& root, const std::vector<SourceSample>& samples,
                                      const ImageCheckOptions& options, Progress& progress);

// Whether a name ends like those of the formats we read (.jpg, .PNG, ...).
bool HasImageExtension(std::string_view path);

}  // namespace dataset

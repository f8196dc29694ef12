#include "dataset/split/image_check.h"

#include <tbb/blocked_range.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_sort.h>

#include <algorithm>
#include <exception>
#include <span>
#include <string>
#include <string_view>

#include "dataset/base/error.h"
#include "dataset/codec/camera_raw.h"
#include "dataset/codec/codec_table.h"
#include "dataset/codec/decoder.h"
#include "dataset/codec/image_header.h"
#include "dataset/codec/unread_format.h"
#include "dataset/io/folder_reader.h"
#include "dataset/split/perceptual_hash.h"

namespace dataset {
namespace {

using Verdict = CheckedImage::Verdict;

constexpr size_t kGrain = 64;

// Buffers of one thread, reused from file to file.
struct Scratch {
  std::string bytes;
  std::string end;
  Image picture;
};

class Checker {
 public:
  Checker(const std::filesystem::path& root, const std::vector<SourceSample>& samples, const ImageCheckOptions& options,
          Progress& progress)
      : folder_(root), samples_(samples), options_(options), progress_(progress), images_(samples.size()) {}

  std::vector<CheckedImage> Run() {
    const bool reads_all = options_.check != ImageCheck::kNone || options_.hashing == Hashing::kAll ||
                           options_.perceptual == Perceptual::kYes;
    if ((!reads_all && options_.sizes == Sizes::kAll) || options_.hashing == Hashing::kSharedSizes) {
      ForEach("reading sizes", [this](size_t i) { images_[i].size = folder_.FileSize(samples_[i].path); });
    }
    if (options_.hashing == Hashing::kSharedSizes) CollectSizes();
    if (reads_all || options_.hashing == Hashing::kSharedSizes) {
      ForEach("checking images", [&](size_t i) {
        const bool hashed = IsHashed(images_[i]);
        if (reads_all || hashed) Check(i, hashed, scratch_.local());
      });
    }
    return std::move(images_);
  }

 private:
  template <typename Body>
  void ForEach(const std::string& what, const Body& body) {
    std::vector<std::exception_ptr> failures(samples_.size());
    progress_.Start(what, samples_.size());
    tbb::parallel_for(tbb::blocked_range<size_t>(0, samples_.size(), kGrain), [&](const auto& range) {
      for (size_t i = range.begin(); i != range.end(); ++i) {
        try {
          body(i);
        } catch (const Error&) {
          failures[i] = std::current_exception();
        }
      }
      progress_.Advance(range.size());
    });
    progress_.Finish();
    for (const std::exception_ptr& failure : failures) {
      if (failure) std::rethrow_exception(failure);
    }
  }

  void CollectSizes() {
    for (const CheckedImage& image : images_) sizes_.push_back(image.size);
    tbb::parallel_sort(sizes_.begin(), sizes_.end());
  }

  bool IsHashed(const CheckedImage& image) const {
    if (options_.hashing != Hashing::kSharedSizes) return options_.hashing == Hashing::kAll;
    const auto [begin, end] = std::equal_range(sizes_.begin(), sizes_.end(), image.size);
    return end - begin > 1;
  }

  // Reads only the two ends of the file: a photo is large and its header small.
  bool HasGoodHeader(size_t i, Scratch& scratch) {
    constexpr size_t kBeginning = size_t{64} << 10, kEnd = size_t{4} << 10;
    return folder_.ReadEnds(samples_[i].path, kBeginning, kEnd, &scratch.bytes, &scratch.end, &images_[i].size) &&
           HasGoodEnds(scratch.bytes, scratch.end);
  }

  void Check(size_t i, bool hashed, Scratch& scratch) {
    CheckedImage& image = images_[i];
    const bool needs_all = hashed || options_.check == ImageCheck::kFull || options_.perceptual == Perceptual::kYes;
    if (!needs_all && HasGoodHeader(i, scratch)) return;
    folder_.Read(samples_[i].path, &scratch.bytes);
    image.size = scratch.bytes.size();
    if (hashed) image.sha256 = Sha256Of(scratch.bytes);
    if (options_.check != ImageCheck::kNone && IsCameraRaw(scratch.bytes)) {
      image.verdict = Verdict::kCameraRaw;
      image.reason =
          "camera raw, or a TIFF that begins with a thumbnail, which would be taken for the photo; convert it";
      return;
    }
    try {
      if (options_.check != ImageCheck::kNone) image.animated = ReadImageHeader(scratch.bytes).animated;
      if (options_.check == ImageCheck::kFull) CheckImage(scratch.bytes, {.depth = Depth::Own()}, &scratch.picture);
      if (options_.perceptual == Perceptual::kYes) image.perceptual_hash = PerceptualHash(scratch.bytes);
    } catch (const Error& error) {
      image.verdict = !WhyFormatIsUnread(scratch.bytes).empty() ? Verdict::kUnreadFormat
                      : SniffImageFormat(scratch.bytes)         ? Verdict::kDamaged
                                                                : Verdict::kUnknownFormat;
      image.reason = error.what();
    }
  }

  const FolderReader folder_;
  const std::vector<SourceSample>& samples_;
  const ImageCheckOptions& options_;
  Progress& progress_;
  std::vector<CheckedImage> images_;
  std::vector<uint64_t> sizes_;  // sorted
  tbb::enumerable_thread_specific<Scratch> scratch_;
};

}  // namespace

std::vector<CheckedImage> CheckImages(const std::filesystem::path& root, const std::vector<SourceSample>& samples,
                                      const ImageCheckOptions& options, Progress& progress) {
  return Checker(root, samples, options, progress).Run();
}

}  // namespace dataset

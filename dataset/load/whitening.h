#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "dataset/augment/augmentation_options.h"
#include "dataset/base/progress.h"
#include "dataset/read/foreign_dataset.h"
#include "dataset/sample/reject_budget.h"
#include "dataset/sample/sample_id.h"

namespace dataset {

// The two usual ways to whiten; they differ by a rotation.
enum class WhiteningKind {
  kZca,  // the result that is nearest to the picture
  kPca,  // the principal components, greatest variance first; the entry of greatest magnitude of each is positive
};

struct WhiteningOptions {
  WhiteningKind kind = WhiteningKind::kZca;
  double epsilon = 0.01;          // added to each variance of values in 0 ... 1, as Keras' zca_epsilon; 1e-9 ... 1
  uint64_t max_pictures = 50000;  // at most so many are read; 2 or more
  RejectBudget max_bad{.count = 0, .fraction = {}};  // pictures that may be left out since they cannot be decoded
  ForeignOptions foreign;                            // how to read other programs' files
  std::shared_ptr<const std::vector<SampleId>> part = nullptr;  // DatasetSplit::part of train
};

// The most values of a picture: those of 32 x 32 RGB. The matrix then takes 38 MB, and applying it 4 ms for each
// picture.
inline constexpr size_t kMaxWhitenedValues = 3072;

// An affine map that makes the values of pictures uncorrelated and of unit variance. Each value is centred on its own
// mean over the pictures, and a small epsilon is added to each variance, as in Keras. Immutable.
class Whitening {
 public:
  // Computes the map from the first pictures of train, in stored order. Each picture is fitted to the square as `view`
  // says, without anything random. Takes up to 300 MB and, at the greatest size, some minutes. Throws Error::Usage for
  // options out of range and for pictures of more than kMaxWhitenedValues values, and Error for more damaged pictures
  // than max_bad or fewer than two others.
  static Whitening OfTrain(const std::filesystem::path& dataset, const AugmentationOptions& view,
                           const WhiteningOptions& options, Progress& progress);

  // Restores a map from its matrix() of n x n numbers and its bias() of n numbers.
  Whitening(std::vector<float> matrix, std::vector<float> bias);

  // Sets out[i] = matrix x + bias for a picture's bytes x in HWC. The result has as many floats: in CHW for kZca, in
  // the order of the components for kPca. Thread-safe.
  void Apply(const uint8_t* pixels, float* out) const;

  size_t values() const { return bias_.size(); }
  const std::vector<float>& matrix() const { return matrix_; }  // n rows, one for each value of the result
  const std::vector<float>& bias() const { return bias_; }

 private:
  std::vector<float> matrix_;
  std::vector<float> bias_;
};

// The sums that a Whitening is computed from. They are exact integers, so the order of the pictures does not matter.
// Not thread-safe.
class WhiteningSums {
 public:
  // `values` is the number of values of one picture.
  explicit WhiteningSums(size_t values);

  // Adds a picture of that many bytes, HWC.
  void Add(const uint8_t* pixels);
  uint64_t pictures() const { return pictures_; }
  // Computes the map. At least two pictures, of this number of channels, must have been added.
  Whitening Solve(int channels, WhiteningKind kind, double epsilon);

 private:
  void Flush();

  const size_t values_;
  uint64_t pictures_ = 0;
  std::vector<int64_t> sums_;
  std::vector<int64_t> products_;  // values x values, the upper triangle
  std::vector<int16_t> waiting_;  // by value: that value of the pictures that are not in products_ yet, at most kAtOnce
};

}  // namespace dataset

#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "dataset/augment/augmentation_options.h"
#include "dataset/base/progress.h"
#include "dataset/read/foreign_dataset.h"

namespace dataset {

enum class WhiteningKind {
  kZca,  // what is nearest to the picture
  kPca,  // the components of greatest variance first, each with the sign that makes its greatest entry positive
};

struct WhiteningOptions {
  WhiteningKind kind = WhiteningKind::kZca;
  double epsilon = 0.01;          // added to each variance (of values in 0 ... 1); Keras' zca_epsilon; 1e-9 ... 1
  uint64_t max_pictures = 50000;  // 2 or more
  ForeignOptions foreign;         // of other programs' files
};

// 32 x 32 RGB: a matrix of 38 MB, 4 ms a picture.
inline constexpr size_t kMaxWhitenedValues = 3072;

// A linear map that makes the values of pictures uncorrelated and of unit variance, each value by its own mean, with
// Keras' epsilon on the variances.
class Whitening {
 public:
  // The first pictures of train in stored order, each framed as `view` says without anything random. Takes up to
  // 300 MB and, at the greatest size, some minutes. Throws Error::Usage for options out of range and for pictures of
  // more than kMaxWhitenedValues, Error for fewer than two pictures and damaged ones.
  static Whitening OfTrain(const std::filesystem::path& dataset, const AugmentationOptions& view,
                           const WhiteningOptions& options, Progress& progress);

  // From what matrix() and bias() gave: n x n and n numbers.
  Whitening(std::vector<float> matrix, std::vector<float> bias);

  // Bytes, HWC, to as many floats, of kZca in CHW, of kPca in the order of the components: matrix x + bias.
  // Thread-safe.
  void Apply(const uint8_t* pixels, float* out) const;

  size_t values() const { return bias_.size(); }
  const std::vector<float>& matrix() const { return matrix_; }  // a row for each value of the result
  const std::vector<float>& bias() const { return bias_; }

 private:
  std::vector<float> matrix_;
  std::vector<float> bias_;
};

// The sums that a Whitening is made from, exact in any order of the pictures.
class WhiteningSums {
 public:
  explicit WhiteningSums(size_t values);

  void Add(const uint8_t* pixels);
  uint64_t pictures() const { return pictures_; }
  // Of two pictures or more, HWC with that number of channels.
  Whitening Solve(int channels, WhiteningKind kind, double epsilon);

 private:
  void Flush();

  const size_t values_;
  uint64_t pictures_ = 0;
  std::vector<int64_t> sums_;
  std::vector<int64_t> products_;  // values x values, the upper triangle
  std::vector<int16_t> waiting_;   // of each value, that of kAtOnce pictures
};

}  // namespace dataset

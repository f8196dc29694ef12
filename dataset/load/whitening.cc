#include "dataset/load/whitening.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numeric>
#include <opencv2/core.hpp>
#include <string>
#include <utility>

#include "dataset/augment/augmentation.h"
#include "dataset/base/error.h"
#include "dataset/read/record_stream.h"
#include "dataset/read/sample_parser.h"

namespace dataset {
namespace {

constexpr size_t kAtOnce = 64;
constexpr int kCentre = 128;

// Sets the variances, of values in 0 ... 1, and a row for each component, greatest variance first.
void Decompose(const cv::Mat& covariance, cv::Mat* variances, cv::Mat* components) {
  cv::eigen(covariance, *variances, *components);
  for (int row = 0; row < components->rows; ++row) {
    double* const begin = components->ptr<double>(row);
    double* const end = begin + components->cols;
    const double greatest = *std::max_element(begin, end, [](double a, double b) { return std::abs(a) < std::abs(b); });
    if (greatest < 0) std::transform(begin, end, begin, [](double value) { return -value; });
  }
}

// Returns the index in CHW of value i of an HWC picture.
size_t InPlanes(size_t i, size_t values, size_t channels) { return i % channels * (values / channels) + i / channels; }

}  // namespace

Whitening Whitening::OfTrain(const std::filesystem::path& dataset, const AugmentationOptions& view,
                             const WhiteningOptions& options, Progress& progress) {
  if (!(options.epsilon >= 1e-9 && options.epsilon <= 1)) throw Error::Usage("`epsilon` must be 1e-9 to 1");
  if (options.max_pictures < 2) throw Error::Usage("`max_pictures` must be at least 2");
  AugmentationOptions framed;
  framed.image_size = view.image_size;
  framed.eval_resize = view.eval_resize;
  framed.channels = view.channels;
  framed.fit = view.fit;
  framed.fill = view.fill;
  const Augmentation augmentation(framed);
  const size_t side = static_cast<size_t>(view.image_size), values = side * side * static_cast<size_t>(view.channels);
  if (values > kMaxWhitenedValues) {
    throw Error::Usage("`image_size` must be smaller for whitening: at most " + std::to_string(kMaxWhitenedValues) +
                       " values, such as 32 x 32 RGB");
  }

  RecordStream stream(dataset, Split::kTrain, options.foreign);
  const SampleParser parser(dataset, stream.info());
  WhiteningSums sums(values);
  Image picture;
  std::vector<uint8_t> pixels(values);
  const uint64_t records = options.part ? options.part->size() : stream.records();
  const uint64_t wanted = std::min(records, options.max_pictures);
  uint64_t bad = 0;
  progress.Start("whitening", wanted);
  while (sums.pictures() < wanted) {
    const auto record = stream.Next();
    if (!record) break;
    if (options.part && !std::binary_search(options.part->begin(), options.part->end(), record->number)) continue;
    const Sample sample = parser.Parse(*record);
    try {
      parser.Picture(sample, 0, &picture);
    } catch (const Error& error) {
      if (options.max_bad.Allows(++bad, records)) continue;
      throw Error(record->place, error.what());
    }
    Rng rng(0, Domain::kAugment, 0, 0);
    augmentation.ApplyPixels(picture, augmentation.Plan(picture.width(), picture.height(), rng), pixels.data());
    sums.Add(pixels.data());
    progress.Advance(1);
  }
  progress.Finish();
  if (sums.pictures() < 2) throw Error(dataset.string() + ": train has fewer than two pictures to whiten by");
  return sums.Solve(view.channels, options.kind, options.epsilon);
}

Whitening::Whitening(std::vector<float> matrix, std::vector<float> bias)
    : matrix_(std::move(matrix)), bias_(std::move(bias)) {
  assert(matrix_.size() == bias_.size() * bias_.size());
}

void Whitening::Apply(const uint8_t* pixels, float* out) const {
  constexpr size_t kLanes = 16;  // independent sums, so that additions do not wait for each other
  const size_t whole = values() / kLanes * kLanes;
  const float* row = matrix_.data();
  for (size_t i = 0; i < values(); ++i, row += values()) {
    std::array<float, kLanes> sums{};
    for (size_t k = 0; k < whole; k += kLanes) {
      for (size_t lane = 0; lane < kLanes; ++lane) sums[lane] += row[k + lane] * pixels[k + lane];
    }
    for (size_t k = whole; k < values(); ++k) sums[k - whole] += row[k] * pixels[k];
    out[i] = std::accumulate(sums.begin(), sums.end(), bias_[i]);
  }
}

WhiteningSums::WhiteningSums(size_t values)
    : values_(values), sums_(values), products_(values * values), waiting_(values * kAtOnce) {}

void WhiteningSums::Add(const uint8_t* pixels) {
  const size_t place = pictures_ % kAtOnce;
  for (size_t i = 0; i < values_; ++i) {
    const int value = pixels[i] - kCentre;
    sums_[i] += value;
    waiting_[i * kAtOnce + place] = static_cast<int16_t>(value);
  }
  if (++pictures_ % kAtOnce == 0) Flush();
}

void WhiteningSums::Flush() {
  for (size_t i = 0; i < values_; ++i) {
    const int16_t* const a = waiting_.data() + i * kAtOnce;
    for (size_t k = i; k < values_; ++k) {
      const int16_t* const b = waiting_.data() + k * kAtOnce;
      int32_t sum = 0;
      for (size_t picture = 0; picture < kAtOnce; ++picture) sum += a[picture] * b[picture];
      products_[i * values_ + k] += sum;
    }
  }
  std::fill(waiting_.begin(), waiting_.end(), int16_t{0});
}

Whitening WhiteningSums::Solve(int channels, WhiteningKind kind, double epsilon) {
  assert(pictures_ >= 2);
  Flush();
  const int size = static_cast<int>(values_);
  const double n = static_cast<double>(pictures_);
  cv::Mat covariance(size, size, CV_64F);
  for (size_t i = 0; i < values_; ++i) {
    for (size_t k = i; k < values_; ++k) {
      const double product = static_cast<double>(products_[i * values_ + k]) / n;
      const double centred = product - static_cast<double>(sums_[i]) / n * (static_cast<double>(sums_[k]) / n);
      covariance.at<double>(static_cast<int>(i), static_cast<int>(k)) = centred / (255.0 * 255);
      covariance.at<double>(static_cast<int>(k), static_cast<int>(i)) = centred / (255.0 * 255);
    }
  }
  cv::Mat variances, components;
  Decompose(covariance, &variances, &components);
  for (int row = 0; row < size; ++row) {
    const double factor = 1 / std::sqrt(std::max(variances.at<double>(row), 0.0) + epsilon);
    components.row(row) *= kind == WhiteningKind::kPca ? factor : std::sqrt(factor);
  }
  if (kind == WhiteningKind::kZca) {
    cv::Mat product;
    cv::mulTransposed(components, product, true);
    components = product;
  }

  std::vector<float> matrix(values_ * values_), biases(values_);
  for (size_t i = 0; i < values_; ++i) {
    const double* const row = components.ptr<double>(static_cast<int>(i));
    const size_t place = kind == WhiteningKind::kZca ? InPlanes(i, values_, static_cast<size_t>(channels)) : i;
    double bias = 0;
    for (size_t k = 0; k < values_; ++k) {
      bias -= row[k] * (static_cast<double>(sums_[k]) / n + kCentre);
      matrix[place * values_ + k] = static_cast<float>(row[k] / 255);
    }
    biases[place] = static_cast<float>(bias / 255);
  }
  return {std::move(matrix), std::move(biases)};
}

}  // namespace dataset

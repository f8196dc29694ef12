#pragma once

#include <torch/types.h>

#include <vector>

namespace train {

// A dense layer: scores [N, classes] = features * weight^T + bias.
struct LinearScores {
  torch::Tensor weight;  // [classes, features], double
  torch::Tensor bias;    // [classes], double

  // `values` are [N, features] of any type on any device. The result is double, in host memory.
  torch::Tensor Of(const torch::Tensor& values) const;
};

// Ridge regression (Hoerl and Kennard 1970) of one-hot targets on standardised features, in closed form: features are
// seen once, and only sums of them are kept, in double. The mean, the deviation and the squares are those of weighted
// samples. Features that do not vary get no weight. The same samples in the same order give the same result if the
// number of compute threads is the same.
class RidgeRegression {
 public:
  RidgeRegression(int64_t features, int classes);

  // `values` are [N, features] of any type on any device, all finite; `labels` int64 [N], below `classes`; `weights`
  // double [N], 0 or more.
  void Add(const torch::Tensor& values, const torch::Tensor& labels, const torch::Tensor& weights);

  // Prepares Solve; must be called once, after the last Add.
  void Finish();

  // Returns the layer with the smallest sum over the samples of the squared errors plus `lambda` * (total weight) * sum
  // of the squared weights of standardised features. So `lambda`, above 0, counts in mean eigenvalues of the features'
  // correlation matrix, whatever the number of samples and features. The intercept is not penalised.
  LinearScores Solve(double lambda) const;

 private:
  void AddBuffered();

  torch::Tensor shift_;  // [features]: subtracted from all, so that sums of squares keep their digits
  std::vector<torch::Tensor> values_, labels_, weights_;  // added, but not yet part of the sums
  int64_t buffered_ = 0;                                  // samples of them
  torch::Tensor squares_;                                 // [features, features]; after Finish the correlation matrix
  torch::Tensor class_sums_;    // [classes, features]; after Finish the covariance of targets and standardised features
  torch::Tensor class_total_;   // [classes]: weights; after Finish parts
  torch::Tensor mean_, scale_;  // [features]; scale_ is 1 / deviation, or 0
};

// The mean of -log of the right class's probability under softmax(scores / temperature). `scores` are double
// [N, classes], `labels` int64 [N].
double LogLoss(const torch::Tensor& scores, const torch::Tensor& labels, double temperature);

// Returns the temperature from 1/1000 to 1000 whose LogLoss is least (Guo et al. 2017). N right answers do not show
// that an error is rarer than 1 / (N + 2), so below that loss no temperature under 1 is taken.
double FitTemperature(const torch::Tensor& scores, const torch::Tensor& labels);

}  // namespace train

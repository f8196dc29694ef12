#include "dataset/augment/blur.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace dataset {
namespace {

std::vector<uint8_t>& CopyOf(const uint8_t* pixels, size_t size) {
  thread_local std::vector<uint8_t> copy;
  copy.assign(pixels, pixels + size);
  return copy;
}

}  // namespace

void Blur(double sigma, int width, int height, int channels, uint8_t* pixels) {
  // Callers decide what runs in parallel.
  [[maybe_unused]] static const bool once = (cv::setNumThreads(0), true);
  const size_t size = static_cast<size_t>(width) * static_cast<size_t>(height) * static_cast<size_t>(channels);
  const int side = 2 * static_cast<int>(std::ceil(3 * sigma)) + 1;
  const cv::Mat from(height, width, CV_8UC(channels), CopyOf(pixels, size).data());
  cv::Mat to(height, width, CV_8UC(channels), pixels);
  cv::GaussianBlur(from, to, {side, side}, sigma, sigma, cv::BORDER_REFLECT_101);
}

void Sharpen(double factor, int width, int height, int channels, uint8_t* pixels) {
  const size_t stride = static_cast<size_t>(width) * static_cast<size_t>(channels);
  const std::vector<uint8_t>& from = CopyOf(pixels, stride * static_cast<size_t>(height));
  const int fixed = static_cast<int>(std::lround(factor * 65536));
  for (size_t y = 1; y + 1 < static_cast<size_t>(height); ++y) {
    for (size_t i = static_cast<size_t>(channels); i + channels < stride; ++i) {
      const uint8_t* centre = from.data() + y * stride + i;
      int sum = 4 * *centre;
      for (const uint8_t* row : {centre - stride, centre, centre + stride})
        sum += row[-channels] + row[0] + row[channels];
      const int mean = (sum + 6) / 13;
      const int value = mean + ((fixed * (*centre - mean) + 32768) >> 16);
      pixels[y * stride + i] = static_cast<uint8_t>(std::clamp(value, 0, 255));
    }
  }
}

}  // namespace dataset

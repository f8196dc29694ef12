#include "dataset/image/resize.h"

#include <algorithm>
#include <cassert>
#include <opencv2/imgproc.hpp>

#include "dataset/image/resampler.h"

namespace dataset {
namespace {

// Callers decide what runs in parallel, so OpenCV must resize in the thread that asks for it.
void ForbidOpenCvThreads() { [[maybe_unused]] static const bool once = (cv::setNumThreads(0), true); }

void ResizeByOpenCv(ImageView source, const Rect& from, int width, int height, int flag, uint8_t* out, size_t stride) {
  ForbidOpenCvThreads();
  const int type = CV_8UC(source.channels());
  const cv::Mat whole(source.height(), source.width(), type, const_cast<uint8_t*>(source.data()), source.stride());
  const cv::Mat part = whole(cv::Rect(from.x, from.y, from.width, from.height));
  cv::Mat target(height, width, type, out, stride);
  cv::resize(part, target, target.size(), 0, 0, flag);
  assert(target.data == out);
}

// The filter of kAuto for a side of `from` eighths of a pixel that becomes `to` pixels.
Filter AdaptiveFilter(int from, int to) { return 8 * to > from ? Filter::kCubic : Filter::kArea; }

}  // namespace

void ResizeImage(ImageView source, const FineRect& from, int width, int height, Interpolation interpolation,
                 uint8_t* out, size_t stride) {
  const auto resample = [&](Filter across, Filter down) {
    ResampleToBytes(source, from, {{width, height}, across, down}, out, stride);
  };
  const auto resize = [&](int flag) {
    assert(FineRect(from.Pixels()) == from);
    ResizeByOpenCv(source, from.Pixels(), width, height, flag, out, stride);
  };
  switch (interpolation) {
    case Interpolation::kAuto:
      return resample(AdaptiveFilter(from.width, width), AdaptiveFilter(from.height, height));
    case Interpolation::kQuick:
      return resample(Filter::kTriangle, Filter::kTriangle);
    case Interpolation::kArea:
      return resample(Filter::kArea, Filter::kArea);
    case Interpolation::kNearest:
      return resize(cv::INTER_NEAREST);
    case Interpolation::kLinear:
      return resize(cv::INTER_LINEAR);
    case Interpolation::kCubic:
      return resize(cv::INTER_CUBIC);
    case Interpolation::kLanczos:
      return resize(cv::INTER_LANCZOS4);
  }
}

void ResizeImage(ImageView source, const FineRect& from, int width, int height, Interpolation interpolation,
                 Image* out) {
  assert(source.data() != out->data());
  out->Reset(height, width, source.channels());
  ResizeImage(source, from, width, height, interpolation, out->data(), out->stride());
}

int LeastDecodedSide(int side, Interpolation interpolation) {
  if (interpolation == Interpolation::kAuto || interpolation == Interpolation::kArea) return side;
  return interpolation == Interpolation::kQuick ? (5 * side + 1) / 2 : 0;
}

Size ShortSideSize(int width, int height, int short_side) {
  assert(width > 0 && height > 0 && short_side > 0);
  const int64_t side = std::min(width, height), longer = std::max(width, height);
  if (side <= short_side) return {width, height};
  const int scaled = static_cast<int>((longer * short_side * 2 + side) / (side * 2));
  return width <= height ? Size{short_side, scaled} : Size{scaled, short_side};
}

}  // namespace dataset

#include "dataset/resize.h"

#include <algorithm>
#include <cassert>
#include <opencv2/imgproc.hpp>

namespace dataset {
namespace {

// Parallel work is ours to deal out: a picture is resized by the thread that asks for it.
void ForbidOpenCvThreads() { [[maybe_unused]] static const bool once = (cv::setNumThreads(0), true); }

// Of a side that grows for those that adapt, of both else.
int CvFlag(Interpolation interpolation) {
  switch (interpolation) {
    case Interpolation::kQuick:
    case Interpolation::kLinear:
      return cv::INTER_LINEAR;
    case Interpolation::kNearest:
      return cv::INTER_NEAREST;
    case Interpolation::kLanczos:
      return cv::INTER_LANCZOS4;
    case Interpolation::kArea:
      return cv::INTER_AREA;
    case Interpolation::kAuto:
    case Interpolation::kCubic:
      break;
  }
  return cv::INTER_CUBIC;
}

}  // namespace

void ResizeImage(const Image& source, const Rect& from, int width, int height, Interpolation interpolation,
                 uint8_t* out, size_t stride) {
  assert(from.x >= 0 && from.y >= 0 && from.width > 0 && from.height > 0);
  assert(from.x + from.width <= source.width() && from.y + from.height <= source.height());
  assert(width > 0 && height > 0);
  ForbidOpenCvThreads();
  const int type = CV_8UC(source.channels());
  const cv::Mat whole(source.height(), source.width(), type, const_cast<uint8_t*>(source.data()), source.stride());
  const cv::Mat part = whole(cv::Rect(from.x, from.y, from.width, from.height));
  cv::Mat target(height, width, type, out, stride);

  const cv::Size shrunk(std::min(width, from.width), std::min(height, from.height));
  const int flag = CvFlag(interpolation);
  const bool adapts = interpolation == Interpolation::kAuto || interpolation == Interpolation::kQuick;
  if (part.size() == target.size()) {
    part.copyTo(target);
  } else if (adapts && shrunk == target.size()) {
    cv::resize(part, target, shrunk, 0, 0, cv::INTER_AREA);
  } else if (!adapts || shrunk == part.size()) {
    cv::resize(part, target, target.size(), 0, 0, flag);
  } else {  // one side shrinks and the other grows
    cv::Mat between;
    cv::resize(part, between, shrunk, 0, 0, cv::INTER_AREA);
    cv::resize(between, target, target.size(), 0, 0, flag);
  }
  assert(target.data == out);
}

void ResizeImage(const Image& source, const Rect& from, int width, int height, Interpolation interpolation,
                 Image* out) {
  assert(&source != out);
  out->Reset(height, width, source.channels());
  ResizeImage(source, from, width, height, interpolation, out->data(), out->stride());
}

Size ShortSideSize(int width, int height, int short_side) {
  assert(width > 0 && height > 0 && short_side > 0);
  const int64_t side = std::min(width, height), longer = std::max(width, height);
  if (side <= short_side) return {width, height};
  const int scaled = static_cast<int>((longer * short_side * 2 + side) / (side * 2));
  return width <= height ? Size{short_side, scaled} : Size{scaled, short_side};
}

}  // namespace dataset

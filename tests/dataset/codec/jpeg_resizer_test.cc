#include "dataset/codec/jpeg_resizer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/codec/decoder.h"
#include "dataset/codec/encoder.h"
#include "dataset/codec/image_header.h"
#include "dataset/codec/jpeg_compressor.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

// A picture whose colours change so slowly that halved chroma can hold them, even when it is small.
Image MakeWaves(int height, int width, int channels = 3) {
  Image image(height, width, channels);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) {
        const double wave = std::sin(4.0 * (c + 1) * x / width) + std::cos(3.0 * (3 - c) * y / height);
        image.row(y)[x * channels + c] = static_cast<uint8_t>(128 + 50 * wave);
      }
    }
  }
  return image;
}

struct Form {
  int h = 2, v = 2;  // of the first component
  J_COLOR_SPACE space = JCS_YCbCr;
  bool progressive = false;
};

std::string MakeJpeg(const Image& image, const Form& form) {
  std::string bytes;
  JpegErrors errors;
  JpegCompressor compressor(&errors, &bytes);
  RunCodec(errors.failure, [&, codec = compressor.codec()] {
    codec->image_width = static_cast<JDIMENSION>(image.width());
    codec->image_height = static_cast<JDIMENSION>(image.height());
    codec->input_components = image.channels();
    codec->in_color_space = image.channels() == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(codec);
    if (image.channels() == 3) jpeg_set_colorspace(codec, form.space);
    jpeg_set_quality(codec, 97, TRUE);
    codec->comp_info[0].h_samp_factor = form.h;
    codec->comp_info[0].v_samp_factor = form.v;
    if (form.progressive) jpeg_simple_progression(codec);
    jpeg_start_compress(codec, TRUE);
    while (codec->next_scanline < codec->image_height) {
      JSAMPROW row = const_cast<JSAMPROW>(image.row(static_cast<int>(codec->next_scanline)));
      jpeg_write_scanlines(codec, &row, 1);
    }
    jpeg_finish_compress(codec);
  });
  return bytes;
}

cv::Mat MatOf(Image& image) { return cv::Mat(image.height(), image.width(), CV_8UC3, image.data()); }

double MeanDifference(const cv::Mat& a, const cv::Mat& b) {
  cv::Mat difference;
  cv::absdiff(a, b, difference);
  const cv::Scalar mean = cv::mean(difference);
  return (mean[0] + mean[1] + mean[2]) / 3;
}

// The result is compared with OpenCV's resize of the RGB picture.
TEST(JpegResizerTest, GivesThePixelsOfARoadThroughRgb) {
  struct Case {
    Size from;
    Rect part;
    Size to;
  };
  const std::vector<Case> cases = {
      {{200, 150}, {0, 0, 200, 150}, {128, 96}},   {{201, 151}, {0, 0, 201, 151}, {101, 77}},
      {{200, 150}, {25, 0, 150, 150}, {64, 64}},   {{301, 203}, {49, 0, 203, 203}, {33, 33}},
      {{64, 40}, {0, 0, 64, 40}, {64, 40}},        {{40, 60}, {0, 10, 40, 40}, {71, 71}},
      {{1600, 900}, {0, 0, 1600, 900}, {160, 90}}, {{1601, 907}, {11, 3, 1500, 900}, {250, 150}},
      {{17, 300}, {0, 0, 17, 300}, {1, 17}},       {{350, 233}, {0, 0, 350, 233}, {351, 234}},
  };
  const std::vector<Form> forms = {{2, 2}, {2, 1}, {1, 2}, {1, 1}, {2, 2, JCS_YCbCr, true}};
  JpegResizer resizer;
  for (const Form& form : forms) {
    for (const Case& one : cases) {
      const std::string jpeg = MakeJpeg(MakeWaves(one.from.height, one.from.width), form);
      std::string bytes;
      ASSERT_TRUE(resizer.Resize(jpeg, {one.part, one.to, Interpolation::kAuto, 100}, &bytes));
      const ImageHeader header = ReadImageHeader(bytes);
      EXPECT_EQ(header.width, one.to.width);
      EXPECT_EQ(header.height, one.to.height);
      Image actual, source;
      DecodeImage(bytes, {}, &actual);
      DecodeImage(jpeg, {}, &source);
      cv::Mat expected;
      const cv::Mat part = MatOf(source)(cv::Rect(one.part.x, one.part.y, one.part.width, one.part.height));
      const bool grows = one.to.width > one.part.width;
      cv::resize(part, expected, cv::Size(one.to.width, one.to.height), 0, 0, grows ? cv::INTER_CUBIC : cv::INTER_AREA);
      Image through_rgb(one.to.height, one.to.width, 3);
      expected.copyTo(MatOf(through_rgb));
      EncodeJpeg(through_rgb, 100, &bytes);
      DecodeImage(bytes, {}, &through_rgb);
      EXPECT_LT(MeanDifference(MatOf(through_rgb), MatOf(actual)), 1.5)
          << form.h << "x" << form.v << " " << one.from.width << " to " << one.to.width;
    }
  }
}

// The last chroma sample of an odd side reaches beyond the part, but must not be influenced by what lies there.
TEST(JpegResizerTest, NothingBesideThePartHasInfluence) {
  Image picture(300, 400, 3);
  for (int y = 0; y < 300; ++y) {
    for (int x = 0; x < 400; ++x) {
      const bool inside = x < 350 && y < 290;
      const uint8_t colour[3] = {static_cast<uint8_t>(inside ? 200 : 20), 60, static_cast<uint8_t>(inside ? 30 : 220)};
      std::copy(colour, colour + 3, picture.row(y) + 3 * x);
    }
  }
  JpegResizer resizer;
  std::string bytes;
  ASSERT_TRUE(
      resizer.Resize(MakeJpeg(picture, {1, 1}), {{50, 0, 300, 290}, {225, 217}, Interpolation::kAuto, 100}, &bytes));
  Image out;
  DecodeImage(bytes, {}, &out);
  for (int i = 0; i < 217; ++i) {
    EXPECT_NEAR(out.row(i)[3 * 224], 200, 6) << i;
    EXPECT_NEAR(out.row(i)[3 * 224 + 2], 30, 6) << i;
    EXPECT_NEAR(out.row(216)[3 * i], 200, 6) << i;
    EXPECT_NEAR(out.row(216)[3 * i + 2], 30, 6) << i;
  }
}

TEST(JpegResizerTest, WritesWhatEncodeJpegWrites) {
  const Image picture = MakeWaves(64, 48);
  std::string plain, resized;
  EncodeJpeg(picture, 90, &plain);
  JpegResizer resizer;
  ASSERT_TRUE(resizer.Resize(plain, {{0, 0, 48, 64}, {48, 64}, Interpolation::kAuto, 90}, &resized));
  // Markers, tables and frame are the same up to the scan.
  const size_t scan = plain.find("\xff\xda");
  ASSERT_NE(scan, plain.npos);
  EXPECT_EQ(resized.substr(0, scan), plain.substr(0, scan));
}

TEST(JpegResizerTest, LeavesOtherComponentsToRgb) {
  JpegResizer resizer;
  std::string out;
  const JpegResizer::Target target{{0, 0, 40, 30}, {20, 15}, Interpolation::kAuto, 90};
  const Image colour = MakeWaves(30, 40), grey = MakeWaves(30, 40, 1);
  const std::vector<std::string> files = {MakeJpeg(grey, {1, 1}), MakeJpeg(colour, {1, 1, JCS_RGB}),
                                          MakeJpeg(colour, {4, 1}), MakeJpeg(colour, {1, 4}), MakeJpeg(colour, {4, 2})};
  for (const std::string& file : files) EXPECT_FALSE(resizer.Resize(file, target, &out));
}

TEST(JpegResizerTest, DamageIsAnError) {
  JpegResizer resizer;
  std::string out;
  const JpegResizer::Target target{{0, 0, 120, 90}, {60, 45}, Interpolation::kAuto, 90};
  for (const bool progressive : {false, true}) {
    const std::string jpeg = MakeJpeg(MakeWaves(90, 120), {2, 2, JCS_YCbCr, progressive});
    ASSERT_TRUE(resizer.Resize(jpeg, target, &out));
    for (size_t size = 0; size < jpeg.size() - 2; size += 1 + jpeg.size() / 50) {
      EXPECT_THROW(resizer.Resize(jpeg.substr(0, size), target, &out), Error) << size;
    }
  }
}

}  // namespace
}  // namespace dataset

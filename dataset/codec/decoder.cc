#include "dataset/codec/decoder.h"

#include <cassert>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/codec/bmp_codec.h"
#include "dataset/codec/image_header.h"
#include "dataset/codec/jpeg_codec.h"
#include "dataset/codec/png_codec.h"
#include "dataset/codec/tiff_codec.h"
#include "dataset/codec/webp_codec.h"
#include "dataset/image/color.h"
#include "dataset/image/orientation.h"

namespace dataset {
namespace {

ImageFormat FormatOf(std::string_view bytes) {
  const std::optional<ImageFormat> format = SniffImageFormat(bytes);
  if (!format) throw Error(bytes.empty() ? "an empty file" : "not a JPEG, PNG, BMP, WebP or TIFF file");
  return *format;
}

// All formats but JPEG.
void DecodeStored(std::string_view bytes, const ImageHeader& header, Image* out) {
  switch (header.format) {
    case ImageFormat::kJpeg:
      break;
    case ImageFormat::kPng:
      return DecodePng(bytes, header, out);
    case ImageFormat::kBmp:
      return DecodeBmp(bytes, header, out);
    case ImageFormat::kWebp:
      return DecodeWebp(bytes, header, out);
    case ImageFormat::kTiff:
      return DecodeTiff(bytes, header, out);
  }
  assert(false);
}

}  // namespace

ImageHeader ReadImageHeader(std::string_view bytes) {
  switch (FormatOf(bytes)) {
    case ImageFormat::kJpeg:
      return ReadJpegHeader(bytes);
    case ImageFormat::kPng:
      return ReadPngHeader(bytes);
    case ImageFormat::kBmp:
      return ReadBmpHeader(bytes);
    case ImageFormat::kWebp:
      return ReadWebpHeader(bytes);
    case ImageFormat::kTiff:
      return ReadTiffHeader(bytes);
  }
  assert(false);
  return {};
}

std::optional<Size> PeekImageSize(std::string_view beginning) {
  try {
    const std::optional<ImageFormat> format = SniffImageFormat(beginning);
    if (format == ImageFormat::kJpeg) return PeekJpegSize(beginning);
    if (format == ImageFormat::kPng) return PeekPngSize(beginning);
  } catch (const Error&) {
    // The whole file may be readable; if not, its error is the one to report.
  }
  return std::nullopt;
}

bool HasGoodEnds(std::string_view beginning, std::string_view end) {
  return SniffImageFormat(beginning) == ImageFormat::kJpeg && HasGoodJpegEnds(beginning, end);
}

FineRect DecodeImage(std::string_view bytes, const DecodeOptions& options, Image* out) {
  assert(options.channels == 0 || options.channels == 1 || options.channels == 3);
  if (FormatOf(bytes) == ImageFormat::kJpeg) return DecodeJpeg(bytes, options, out);

  const ImageHeader header = ReadImageHeader(bytes);
  CheckPicture(options, header);
  DecodeStored(bytes, header, out);
  Image scratch;
  if (options.channels != 0 && options.channels != out->channels()) {
    scratch.Reset(out->height(), out->width(), options.channels);
    ConvertChannels(out->data(), out->channels(), static_cast<size_t>(out->height()) * out->width(), options.channels,
                    scratch.data());
    std::swap(*out, scratch);
  }
  if (header.orientation != 1) {
    ApplyOrientation(*out, header.orientation, &scratch);
    std::swap(*out, scratch);
  }
  return options.crop == Rect{} ? Rect{0, 0, out->width(), out->height()} : options.crop;
}

}  // namespace dataset

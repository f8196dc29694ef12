#include "dataset/codec/codec_table.h"

#include <algorithm>
#include <cassert>

#include "dataset/codec/bmp_codec.h"
#include "dataset/codec/jpeg_codec.h"
#include "dataset/codec/png_codec.h"
#include "dataset/codec/tiff_codec.h"
#include "dataset/codec/webp_codec.h"

namespace dataset {
namespace {

constexpr std::string_view kJpegExtensions[] = {".jpg", ".jpeg", ".JPG", ".JPEG"};
constexpr std::string_view kOtherJpegExtensions[] = {".jpe", ".jfif"};
constexpr std::string_view kPngExtensions[] = {".png", ".PNG"};
constexpr std::string_view kBmpExtensions[] = {".bmp", ".BMP"};
constexpr std::string_view kWebpExtensions[] = {".webp", ".WEBP"};
constexpr std::string_view kTiffExtensions[] = {".tif", ".tiff", ".TIF", ".TIFF"};

bool IsJpeg(std::string_view bytes) { return bytes.starts_with("\xff\xd8\xff"); }
bool IsPng(std::string_view bytes) { return bytes.starts_with("\x89PNG\r\n\x1a\n"); }
bool IsWebp(std::string_view bytes) {
  return bytes.starts_with("RIFF") && bytes.size() >= 12 && bytes.substr(8, 4) == "WEBP";
}
bool IsTiff(std::string_view bytes) {
  return bytes.starts_with(std::string_view("II*\0", 4)) || bytes.starts_with(std::string_view("MM\0*", 4));
}
// "BM" alone begins many a text; the size of a bitmap's second header is below 256.
bool IsBmp(std::string_view bytes) {
  return bytes.starts_with("BM") && bytes.size() >= 16 && bytes[14] != 0 && bytes[15] == 0;
}

constexpr CodecRow kCodecs[] = {
    {ImageFormat::kJpeg, "JPEG", kJpegExtensions, kOtherJpegExtensions, IsJpeg, ReadJpegHeader, nullptr, DecodeJpeg,
     PeekJpegSize, HasGoodJpegEnds},
    {ImageFormat::kPng,
     "PNG",
     kPngExtensions,
     {},
     IsPng,
     ReadPngHeader,
     DecodePng,
     nullptr,
     PeekPngSize,
     nullptr,
     DecodeDeepPng},
    {ImageFormat::kBmp, "BMP", kBmpExtensions, {}, IsBmp, ReadBmpHeader, DecodeBmp},
    {ImageFormat::kWebp, "WebP", kWebpExtensions, {}, IsWebp, ReadWebpHeader, DecodeWebp},
    {ImageFormat::kTiff,
     "TIFF",
     kTiffExtensions,
     {},
     IsTiff,
     ReadTiffHeader,
     DecodeTiff,
     nullptr,
     nullptr,
     nullptr,
     DecodeDeepTiff},
};

}  // namespace

std::span<const CodecRow> CodecTable() { return kCodecs; }

const CodecRow& CodecOf(ImageFormat format) {
  const auto row = std::find_if(std::begin(kCodecs), std::end(kCodecs),
                                [&](const CodecRow& candidate) { return candidate.format == format; });
  assert(row != std::end(kCodecs));
  return *row;
}

const CodecRow* SniffCodec(std::string_view bytes) {
  const auto row = std::find_if(std::begin(kCodecs), std::end(kCodecs),
                                [&](const CodecRow& candidate) { return candidate.sniff(bytes); });
  return row == std::end(kCodecs) ? nullptr : row;
}

std::string ListCodecs() {
  std::string list;
  for (const CodecRow& row : kCodecs) {
    if (!list.empty()) list += &row == std::end(kCodecs) - 1 ? " or " : ", ";
    list += row.title;
  }
  return list;
}

}  // namespace dataset

#include "dataset/codec/codec_table.h"

#include <algorithm>
#include <cassert>
#include <string>

#include "dataset/base/ascii.h"
#include "dataset/codec/bmp_codec.h"
#include "dataset/codec/gif_codec.h"
#include "dataset/codec/heif_codec.h"
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
constexpr std::string_view kGifExtensions[] = {".gif", ".GIF"};
constexpr std::string_view kWebpExtensions[] = {".webp", ".WEBP"};
constexpr std::string_view kTiffExtensions[] = {".tif", ".tiff", ".TIF", ".TIFF"};
constexpr std::string_view kHeicExtensions[] = {".heic", ".HEIC", ".heif", ".HEIF"};
constexpr std::string_view kOtherHeicExtensions[] = {".hif", ".heics", ".heifs"};
constexpr std::string_view kAvifExtensions[] = {".avif", ".AVIF"};
constexpr std::string_view kOtherAvifExtensions[] = {".avifs"};

bool IsJpeg(std::string_view bytes) { return bytes.starts_with("\xff\xd8\xff"); }
bool IsPng(std::string_view bytes) { return bytes.starts_with("\x89PNG\r\n\x1a\n"); }
bool IsGif(std::string_view bytes) { return bytes.starts_with("GIF87a") || bytes.starts_with("GIF89a"); }
bool IsWebp(std::string_view bytes) {
  return bytes.starts_with("RIFF") && bytes.size() >= 12 && bytes.substr(8, 4) == "WEBP";
}
bool IsTiff(std::string_view bytes) {
  static constexpr std::string_view kMarks[] = {
      {"II*\0", 4}, {"MM\0*", 4}, {"II+\0\x08\0\0\0", 8}, {"MM\0+\0\x08\0\0", 8}};
  return std::any_of(std::begin(kMarks), std::end(kMarks), [&](auto mark) { return bytes.starts_with(mark); });
}
// By the brand of an ISO media file, which the box before everything else names.
bool HasBrand(std::string_view bytes, std::span<const std::string_view> brands) {
  return bytes.size() >= 12 && bytes.substr(4, 4) == "ftyp" &&
         std::find(brands.begin(), brands.end(), bytes.substr(8, 4)) != brands.end();
}
bool IsHeic(std::string_view bytes) {
  static constexpr std::string_view kBrands[] = {"heic", "heix", "heim", "heis", "hevc",
                                                 "hevx", "hevm", "hevs", "mif1", "msf1"};
  return HasBrand(bytes, kBrands);
}
bool IsAvif(std::string_view bytes) {
  static constexpr std::string_view kBrands[] = {"avif", "avis"};
  return HasBrand(bytes, kBrands);
}
// "BM" alone begins many a text; the size of a bitmap's second header is below 256.
bool IsBmp(std::string_view bytes) {
  return bytes.starts_with("BM") && bytes.size() >= 16 && bytes[14] != 0 && bytes[15] == 0;
}

constexpr ImageFormat kJpeg = ImageFormat::kJpeg, kPng = ImageFormat::kPng;
constexpr CodecRow kCodecs[] = {
    {kJpeg, "JPEG", kJpegExtensions, kOtherJpegExtensions, kJpeg, IsJpeg, ReadJpegHeader, nullptr, DecodeJpeg,
     PeekJpegSize, HasGoodJpegEnds},
    {kPng,
     "PNG",
     kPngExtensions,
     {},
     kPng,
     IsPng,
     ReadPngHeader,
     DecodePng,
     nullptr,
     PeekPngSize,
     nullptr,
     nullptr,
     DecodeDeepPng},
    {ImageFormat::kBmp, "BMP", kBmpExtensions, {}, kPng, IsBmp, ReadBmpHeader, DecodeBmp},
    {ImageFormat::kGif, "GIF", kGifExtensions, {}, kPng, IsGif, ReadGifHeader, DecodeGif},
    {ImageFormat::kWebp, "WebP", kWebpExtensions, {}, kJpeg, IsWebp, ReadWebpHeader, DecodeWebp},
    {ImageFormat::kTiff,
     "TIFF",
     kTiffExtensions,
     {},
     kPng,
     IsTiff,
     ReadTiffHeader,
     DecodeTiff,
     nullptr,
     nullptr,
     nullptr,
     nullptr,
     DecodeDeepTiff},
    {ImageFormat::kHeic, "HEIC", kHeicExtensions, kOtherHeicExtensions, kJpeg, IsHeic, ReadHeicHeader, DecodeHeif,
     nullptr, nullptr, nullptr, MissingForHeic},
    {ImageFormat::kAvif, "AVIF", kAvifExtensions, kOtherAvifExtensions, kJpeg, IsAvif, ReadAvifHeader, DecodeHeif,
     nullptr, nullptr, nullptr, MissingForAvif},
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

bool HasImageExtension(std::string_view path) {
  constexpr size_t kLongest = 8;
  const size_t dot = path.rfind('.');
  if (dot == path.npos || path.size() - dot > kLongest) return false;
  const std::string extension = AsciiLower(path.substr(dot));
  const auto has = [&](std::span<const std::string_view> known) {
    return std::find(known.begin(), known.end(), extension) != known.end();
  };
  const std::span<const CodecRow> codecs = CodecTable();
  return std::any_of(codecs.begin(), codecs.end(),
                     [&](const CodecRow& codec) { return has(codec.extensions) || has(codec.other_extensions); });
}

}  // namespace dataset

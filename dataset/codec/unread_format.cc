#include "dataset/codec/unread_format.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <iterator>

#include "dataset/codec/codec_table.h"

namespace dataset {
namespace {

struct Signature {
  std::string_view title;
  std::string_view first;  // the bytes that files begin with
  size_t offset = 0;       // or that stand there
};

constexpr Signature kSignatures[] = {
    {"JPEG XL", "\xff\x0a"},
    {"JPEG XL", {"\0\0\0\x0cJXL \r\n\x87\n", 12}},
    {"JPEG 2000", {"\0\0\0\x0cjP  \r\n\x87\n", 12}},
    {"JPEG 2000", "\xff\x4f\xff\x51"},
    {"JPEG XR", "II\xbc\x01"},
    {"Photoshop", "8BPS"},
    {"OpenEXR", "\x76\x2f\x31\x01"},
    {"Radiance HDR", "#?RADIANCE\n"},
    {"DirectDraw", "DDS "},
    {"DICOM", "DICM", 128},
    {"FITS", "SIMPLE  = "},
    {"BPG", "BPG\xfb"},
    {"QOI", "qoif"},
};

// PBM, PGM, PPM and PAM: "P5", white space, and a number or a comment.
bool IsNetpbm(std::string_view bytes) {
  if (bytes.size() < 4 || bytes[0] != 'P' || bytes[1] < '1' || bytes[1] > '7') return false;
  const auto is_space = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
  if (!is_space(bytes[2])) return false;
  const size_t next = static_cast<size_t>(std::find_if_not(bytes.begin() + 2, bytes.end(), is_space) - bytes.begin());
  if (next == bytes.size()) return false;
  return bytes[next] == '#' || std::isdigit(static_cast<unsigned char>(bytes[next])) != 0 ||
         (bytes[1] == '7' && bytes.substr(next).starts_with("WIDTH"));
}

}  // namespace

std::string WhyFormatIsUnread(std::string_view bytes) {
  if (const CodecRow* const codec = SniffCodec(bytes); codec != nullptr) {
    const char* const missing = codec->missing == nullptr ? nullptr : codec->missing();
    return missing == nullptr ? "" : std::string(codec->title) + ": " + missing;
  }
  const auto found = std::find_if(std::begin(kSignatures), std::end(kSignatures), [&](const Signature& signature) {
    return bytes.size() >= signature.offset && bytes.substr(signature.offset).starts_with(signature.first);
  });
  std::string_view title = found == std::end(kSignatures) ? "" : found->title;
  if (title.empty() && IsNetpbm(bytes)) title = "Netpbm (PGM, PPM)";
  return title.empty() ? "" : std::string(title) + " is not read; convert to PNG or JPEG";
}

}  // namespace dataset

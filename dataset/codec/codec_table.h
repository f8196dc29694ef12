#pragma once

#include <span>
#include <string>
#include <string_view>

#include "dataset/codec/image_header.h"
#include "dataset/image/deep_image.h"
#include "dataset/image/image.h"

namespace dataset {

// One format of picture files; the contracts of the functions are those of decoder.h.
struct CodecRow {
  ImageFormat format;
  std::string_view title;                              // as people write it: "WebP"
  std::span<const std::string_view> extensions;        // with the dot; the first is the one that we give files
  std::span<const std::string_view> other_extensions;  // that such files also have, in lower case; we give none of them
  // What store compressed makes of a picture that it cannot keep as it is: files of lossy formats become JPEGs.
  ImageFormat recoded;
  // By the first bytes of a file, 16 or more of them unless it is shorter.
  bool (*sniff)(std::string_view bytes);
  ImageHeader (*read_header)(std::string_view bytes);
  // The stored picture before orientation, all of it; `header` is read_header's. nullptr: decode_part does all.
  void (*decode)(std::string_view bytes, const ImageHeader& header, Image* out);
  // DecodeImage itself, of a format that can leave out what is not wanted; nullptr: `decode`, then the rest by
  // decoder.cc.
  FineRect (*decode_part)(std::string_view bytes, const DecodeOptions& options, Image* out) = nullptr;
  // PeekImageSize, which may throw; nullptr: the beginning does not tell.
  Size (*peek_size)(std::string_view beginning) = nullptr;
  // HasGoodEnds; nullptr: they do not tell.
  bool (*has_good_ends)(std::string_view beginning, std::string_view end) = nullptr;
  // What this installation lacks to read the format, with the cure, or nullptr; nullptr: it never lacks anything.
  const char* (*missing)() = nullptr;
  // The values of a picture whose header has more than 8 bits, before orientation; nullptr: `decode` makes bytes of
  // them.
  void (*decode_deep)(std::string_view bytes, const ImageHeader& header, DeepImage* out) = nullptr;
};

// All formats that are read, one row each. No bytes are sniffed as two of them.
std::span<const CodecRow> CodecTable();
const CodecRow& CodecOf(ImageFormat format);

// By the first bytes, never by extension; nullptr: no format that we read.
const CodecRow* SniffCodec(std::string_view bytes);

// For messages: "JPEG, PNG, BMP, GIF, WebP, TIFF, HEIC or AVIF".
std::string ListCodecs();

// Whether the name has the extension of a format that is read, in any case (.jpg, .PNG, ...).
bool HasImageExtension(std::string_view path);

}  // namespace dataset

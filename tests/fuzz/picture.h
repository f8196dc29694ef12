#pragma once

#include <optional>
#include <string_view>

#include "dataset/codec/decoder.h"
#include "dataset/codec/image_header.h"
#include "tests/fuzz/fuzz.h"

namespace dataset::fuzz {

inline bool IsInside(const Rect& part, const Image& image) {
  return part.x >= 0 && part.y >= 0 && part.width > 0 && part.height > 0 && part.x + part.width <= image.width() &&
         part.y + part.height <= image.height();
}

// Reads the header and, of a small picture, the pixels in four ways. Returns the header of a small picture.
inline std::optional<ImageHeader> ReadPicture(std::string_view bytes) {
  constexpr int64_t kMaxFuzzedPixels = 1 << 18;
  ImageHeader header;
  if (!Accepts([&] { header = ReadImageHeader(bytes); })) return std::nullopt;
  Check(header.width > 0 && header.height > 0 && header.orientation >= 1 && header.orientation <= 8);
  if (int64_t{header.width} * header.height > kMaxFuzzedPixels) return std::nullopt;

  const int width = header.upright_width(), height = header.upright_height();
  DecodeOptions part;
  part.channels = 0;
  part.min_width = part.min_height = 1 + width % 7;
  part.crop = {width / 3, height / 3, (width + 1) / 2, (height + 1) / 2};
  Image image;
  for (const DecodeOptions& options : {DecodeOptions{}, DecodeOptions{.channels = 1, .min_width = 1, .min_height = 1},
                                       DecodeOptions{.depth = Depth::Own()}, part}) {
    Accepts([&] {
      Check(IsInside(DecodeImage(bytes, options, &image).Pixels(), image));
      Check(options.channels == 0 || image.channels() == options.channels);
    });
  }
  return header;
}

}  // namespace dataset::fuzz

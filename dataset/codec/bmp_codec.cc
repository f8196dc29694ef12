#include "dataset/codec/bmp_codec.h"

#include <array>
#include <bit>
#include <cstdint>
#include <string>

#include "dataset/base/error.h"
#include "dataset/base/little_endian.h"
#include "dataset/codec/bmp_runs.h"
#include "dataset/codec/image_header.h"

namespace dataset {
namespace {

constexpr size_t kFileHeader = 14, kCoreHeader = 12, kInfoHeader = 40, kMasks = kFileHeader + kInfoHeader;
enum Compression : uint32_t { kRgb = 0, kRuns8 = 1, kRuns4 = 2, kBitFields = 3, kAlphaBitFields = 6 };

using Rgb = std::array<uint8_t, 3>;
using Palette = std::array<Rgb, 256>;

// The contents of both headers, checked.
struct Layout {
  int64_t width = 0;
  int64_t height = 0;
  bool top_down = false;
  int bits = 0;                        // bits per pixel
  bool runs = false;                   // the pixels are RLE4 or RLE8
  std::array<uint32_t, 3> masks = {};  // masks of red, green and blue, for 16 and 32 bits per pixel
  size_t palette = 0;                  // offset of the palette
  size_t palette_size = 0;
  size_t palette_entry = 0;  // bytes per colour
  size_t pixels = 0;         // offset of the pixels
  size_t stride = 0;         // of pixels that are not runs
  size_t size = 0;           // bytes that the pixels have at least
};

template <typename T>
T Load(std::string_view bytes, size_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) throw Error("BMP: the file is cut off");
  return LoadLittleEndian<T>(bytes.data() + offset);
}

std::array<uint32_t, 3> DefaultMasks(int bits) {
  if (bits == 16) return {0x7c00, 0x03e0, 0x001f};
  return {0xff0000, 0x00ff00, 0x0000ff};
}

// Sets everything but the sizes; returns the end of the headers and masks.
size_t ReadInfoHeader(std::string_view bytes, size_t header_size, Layout* layout) {
  const uint32_t compression = Load<uint32_t>(bytes, kFileHeader + 16);
  layout->palette_entry = 4;
  layout->palette_size = Load<uint32_t>(bytes, kFileHeader + 32);
  layout->masks = DefaultMasks(layout->bits);
  size_t end = kFileHeader + header_size;
  if (compression == kBitFields || compression == kAlphaBitFields) {
    if (layout->bits != 16 && layout->bits != 32) throw Error("BMP: bit fields without 16 or 32 bits");
    for (size_t c = 0; c < 3; ++c) layout->masks[c] = Load<uint32_t>(bytes, kMasks + 4 * c);
    if (header_size == kInfoHeader) end += compression == kBitFields ? 12 : 16;
  } else if ((compression == kRuns8 && layout->bits == 8) || (compression == kRuns4 && layout->bits == 4)) {
    layout->runs = true;
    layout->size = Load<uint32_t>(bytes, kFileHeader + 20);
  } else if (compression != kRgb) {
    throw Error("BMP: compression " + std::to_string(compression) + " of " + std::to_string(layout->bits) +
                " bits is not supported");
  }
  for (const uint32_t mask : layout->masks) {
    const uint32_t field = mask >> (mask == 0 ? 0 : std::countr_zero(mask));
    if (field == 0 || (field & (field + 1)) != 0) throw Error("BMP: bit fields with holes");
  }
  return end;
}

Layout ReadLayout(std::string_view bytes) {
  Layout layout;
  layout.pixels = Load<uint32_t>(bytes, 10);
  const size_t header_size = Load<uint32_t>(bytes, kFileHeader);
  if (header_size == kCoreHeader) {
    layout.width = Load<uint16_t>(bytes, kFileHeader + 4);
    layout.height = Load<uint16_t>(bytes, kFileHeader + 6);
    layout.bits = Load<uint16_t>(bytes, kFileHeader + 10);
    layout.palette = kFileHeader + kCoreHeader;
    layout.palette_entry = 3;
    layout.masks = DefaultMasks(layout.bits);
  } else if (header_size >= kInfoHeader && header_size <= 256) {
    layout.width = Load<int32_t>(bytes, kFileHeader + 4);
    layout.height = Load<int32_t>(bytes, kFileHeader + 8);
    layout.top_down = layout.height < 0;
    if (layout.top_down) layout.height = -layout.height;
    layout.bits = Load<uint16_t>(bytes, kFileHeader + 14);
    layout.palette = ReadInfoHeader(bytes, header_size, &layout);
  } else {
    throw Error("BMP: a header of " + std::to_string(header_size) + " bytes is not known");
  }
  CheckPictureSize(layout.width, layout.height);
  switch (layout.bits) {
    case 1:
    case 4:
    case 8:
      if (layout.palette_size == 0 || layout.palette_size > size_t{1} << layout.bits) {
        layout.palette_size = size_t{1} << layout.bits;
      }
      break;
    case 16:
    case 24:
    case 32:
      layout.palette_size = 0;
      break;
    default:
      throw Error("BMP: " + std::to_string(layout.bits) + " bits a pixel are not supported");
  }
  layout.stride = (static_cast<size_t>(layout.width) * static_cast<size_t>(layout.bits) + 31) / 32 * 4;
  if (!layout.runs) layout.size = layout.stride * static_cast<size_t>(layout.height);
  if (layout.palette + layout.palette_size * layout.palette_entry > bytes.size() || layout.pixels > bytes.size() ||
      bytes.size() - layout.pixels < layout.size) {
    throw Error("BMP: the file is cut off");
  }
  return layout;
}

uint8_t Field(uint32_t pixel, uint32_t mask) {
  const uint64_t largest = mask >> std::countr_zero(mask);
  const uint64_t value = (pixel & mask) >> std::countr_zero(mask);
  return static_cast<uint8_t>((value * 255 + largest / 2) / largest);
}

// Colours beyond those of the file are black.
Palette ReadPalette(std::string_view bytes, const Layout& layout) {
  Palette palette{};
  for (size_t i = 0; i < layout.palette_size; ++i) {
    const char* entry = bytes.data() + layout.palette + i * layout.palette_entry;
    for (size_t c = 0; c < 3; ++c) palette[i][c] = static_cast<uint8_t>(entry[2 - c]);
  }
  return palette;
}

void DecodePaletteRow(const Layout& layout, const Palette& palette, const char* in, uint8_t* out) {
  const uint32_t index_mask = (1u << layout.bits) - 1;
  for (int64_t x = 0; x < layout.width; ++x, out += 3) {
    const int64_t bit = x * layout.bits;
    const uint32_t byte = static_cast<uint8_t>(in[bit / 8]);
    const uint32_t index = byte >> (8 - layout.bits - bit % 8) & index_mask;
    for (size_t c = 0; c < 3; ++c) out[c] = palette[index][c];
  }
}

void DecodeFieldRow(const Layout& layout, const char* in, uint8_t* out) {
  for (int64_t x = 0; x < layout.width; ++x, out += 3) {
    const uint32_t pixel =
        layout.bits == 16 ? LoadLittleEndian<uint16_t>(in + 2 * x) : LoadLittleEndian<uint32_t>(in + 4 * x);
    for (size_t c = 0; c < 3; ++c) out[c] = Field(pixel, layout.masks[c]);
  }
}

void DecodeBgrRow(const Layout& layout, const char* in, uint8_t* out) {
  for (int64_t x = 0; x < layout.width; ++x) {
    for (int64_t c = 0; c < 3; ++c) out[3 * x + c] = static_cast<uint8_t>(in[3 * x + 2 - c]);
  }
}

}  // namespace

ImageHeader ReadBmpHeader(std::string_view bytes) {
  const Layout layout = ReadLayout(bytes);
  ImageHeader header;
  header.format = ImageFormat::kBmp;
  header.width = static_cast<int>(layout.width);
  header.height = static_cast<int>(layout.height);
  header.channels = 3;
  return header;
}

void DecodeBmp(std::string_view bytes, const ImageHeader& header, Image* out) {
  Layout layout = ReadLayout(bytes);
  const Palette palette = ReadPalette(bytes, layout);
  std::string_view pixels = bytes.substr(layout.pixels);
  std::string expanded;
  if (layout.runs) {
    expanded = ExpandBmpRuns(pixels, layout.bits, {header.width, header.height});
    pixels = expanded;
    layout.bits = 8;
    layout.stride = static_cast<size_t>(layout.width);
  }
  out->Reset(header.height, header.width, 3);
  for (int y = 0; y < header.height; ++y) {
    const char* row = pixels.data() + static_cast<size_t>(y) * layout.stride;
    uint8_t* out_row = out->row(layout.top_down ? y : header.height - 1 - y);
    if (layout.bits <= 8) {
      DecodePaletteRow(layout, palette, row, out_row);
    } else if (layout.bits == 24) {
      DecodeBgrRow(layout, row, out_row);
    } else {
      DecodeFieldRow(layout, row, out_row);
    }
  }
}

}  // namespace dataset

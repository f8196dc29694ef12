#include "dataset/codec/png_codec.h"

#include <png.h>
#include <zlib.h>

#include <bit>
#include <cstdio>
#include <cstring>
#include <new>
#include <optional>
#include <vector>

#include "dataset/codec/image_header.h"
#include "dataset/codec/png_text.h"
#include "dataset/codec/run_codec.h"
#include "dataset/image/exif.h"

namespace dataset {
namespace {

constexpr size_t kSignature = 8, kChunkFrame = 12;  // bytes; a chunk is framed by its length, type and CRC

uint32_t LoadBigEndian(const char* bytes) { return png_get_uint_32(reinterpret_cast<png_const_bytep>(bytes)); }

struct Chunk {
  std::string_view type;
  std::string_view data;
};

// Reads the chunk at *position, and moves *position behind it.
Chunk NextChunk(std::string_view bytes, size_t* position) {
  const std::string_view rest = bytes.substr(*position);
  if (rest.size() < kChunkFrame || rest.size() - kChunkFrame < LoadBigEndian(rest.data())) {
    throw Error("PNG: no IEND chunk: the file is cut off");
  }
  const size_t length = LoadBigEndian(rest.data());
  *position += length + kChunkFrame;
  return {rest.substr(4, 4), rest.substr(8, length)};
}

// Checks those of IHDR's 13 bytes that can be wrong.
void ReadFormat(std::string_view data, ImageHeader* header) {
  const int bits = static_cast<uint8_t>(data[8]), color_type = static_cast<uint8_t>(data[9]);
  bool known = false;
  switch (color_type) {
    case PNG_COLOR_TYPE_GRAY:
      header->channels = 1;
      known = bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16;
      break;
    case PNG_COLOR_TYPE_PALETTE:
      header->channels = 3;
      known = bits == 1 || bits == 2 || bits == 4 || bits == 8;
      break;
    case PNG_COLOR_TYPE_GRAY_ALPHA:
    case PNG_COLOR_TYPE_RGB:
    case PNG_COLOR_TYPE_RGB_ALPHA:
      header->channels = color_type == PNG_COLOR_TYPE_GRAY_ALPHA ? 2 : color_type == PNG_COLOR_TYPE_RGB ? 3 : 4;
      known = bits == 8 || bits == 16;
      break;
  }
  if (!known) {
    throw Error("PNG: colour type " + std::to_string(color_type) + " with " + std::to_string(bits) +
                " bits does not exist");
  }
  if (data[10] != 0 || data[11] != 0 || (data[12] != 0 && data[12] != 1)) {
    throw Error("PNG: unknown compression, filter or interlace method");
  }
  header->bits = bits;
}

bool IsPalette(std::string_view ihdr) { return ihdr[9] == PNG_COLOR_TYPE_PALETTE; }

// `first` is the first chunk of `bytes`.
ImageHeader ReadIhdr(const Chunk& first, std::string_view bytes) {
  if (first.type == "CgBI") throw Error("PNG: a CgBI file, which only Apple's programs read; convert to plain PNG");
  if (first.type != "IHDR" || first.data.size() != 13) throw Error("PNG: does not begin with an IHDR chunk");
  const std::string_view covered = bytes.substr(kSignature + 4, 4 + first.data.size());
  const uLong crc = crc32(0, reinterpret_cast<const Bytef*>(covered.data()), static_cast<uInt>(covered.size()));
  if (crc != LoadBigEndian(covered.data() + covered.size())) throw Error("PNG: IHDR: CRC error");

  const int64_t width = LoadBigEndian(first.data.data()), height = LoadBigEndian(first.data.data() + 4);
  CheckPictureSize(width, height);
  ImageHeader header;
  header.format = ImageFormat::kPng;
  header.width = static_cast<int>(width);
  header.height = static_cast<int>(height);
  ReadFormat(first.data, &header);
  return header;
}

void OnError(png_structp codec, png_const_charp message) {
  auto* failure = static_cast<CodecFailure*>(png_get_error_ptr(codec));
  std::snprintf(failure->text, sizeof(failure->text), "PNG: %s", message);
  std::longjmp(failure->jump, 1);
}

void OnWarning(png_structp, png_const_charp) {}

void OnRead(png_structp codec, png_bytep out, size_t size) {
  auto* rest = static_cast<std::string_view*>(png_get_io_ptr(codec));
  if (rest->size() < size) png_error(codec, "the file is cut off");
  std::memcpy(out, rest->data(), size);
  rest->remove_prefix(size);
}

void OnWrite(png_structp codec, png_bytep data, size_t size) {
  bool written = true;
  try {
    static_cast<std::string*>(png_get_io_ptr(codec))->append(reinterpret_cast<const char*>(data), size);
  } catch (const std::bad_alloc&) {
    written = false;  // an exception must not cross libpng, and a jump must not leave its handler
  }
  if (!written) png_error(codec, "not enough memory");
}

void OnFlush(png_structp) {}

// Ignores chunks that do not change the result; transparency is among them because alpha is dropped.
void IgnoreAncillaryChunks(png_structp codec) {
  static constexpr png_byte kTransparency[] = {'t', 'R', 'N', 'S', 0};
  png_set_keep_unknown_chunks(codec, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
  png_set_keep_unknown_chunks(codec, PNG_HANDLE_CHUNK_NEVER, kTransparency, 1);
}

struct Reader {
  Reader() : codec(png_create_read_struct(PNG_LIBPNG_VER_STRING, &failure, OnError, OnWarning)) {
    if (codec != nullptr) info = png_create_info_struct(codec);
  }
  ~Reader() { png_destroy_read_struct(&codec, &info, nullptr); }
  CodecFailure failure;
  png_structp codec;
  png_infop info = nullptr;  // nullptr: not enough memory
};

struct Writer {
  Writer() : codec(png_create_write_struct(PNG_LIBPNG_VER_STRING, &failure, OnError, OnWarning)) {
    if (codec != nullptr) info = png_create_info_struct(codec);
  }
  ~Writer() { png_destroy_write_struct(&codec, &info); }
  CodecFailure failure;
  png_structp codec;
  png_infop info = nullptr;
};

}  // namespace

Size PeekPngSize(std::string_view beginning) {
  size_t position = kSignature;
  const ImageHeader header = ReadIhdr(NextChunk(beginning, &position), beginning);
  return {header.width, header.height};
}

ImageHeader ReadPngHeader(std::string_view bytes) {
  size_t position = kSignature;
  const Chunk first = NextChunk(bytes, &position);
  ImageHeader header = ReadIhdr(first, bytes);
  bool has_palette = false, has_pixels = false;
  std::string exif;
  std::optional<std::string> exif_text, xmp;
  for (Chunk chunk = first; chunk.type != "IEND"; chunk = NextChunk(bytes, &position)) {
    if (chunk.type == "PLTE") has_palette = true;
    if (chunk.type == "IDAT") has_pixels = true;
    if (chunk.type == "acTL" && chunk.data.size() >= 4) header.animated = LoadBigEndian(chunk.data.data()) > 1;
    if (chunk.type == "eXIf") exif = chunk.data;
    // Only the first text of each kind: to inflate all of a hostile file would take minutes.
    if (exif.empty() && !exif_text && IsPngText(chunk.type, chunk.data, kPngExifKeyword)) {
      exif_text = ReadPngExifText(chunk.type, chunk.data);
    }
    if (!xmp && IsPngText(chunk.type, chunk.data, kPngXmpKeyword)) {
      xmp = ReadPngText(chunk.type, chunk.data, kPngXmpKeyword);
    }
  }
  if (!has_pixels) throw Error("PNG: no IDAT chunk: there are no pixels");
  if (!has_palette && IsPalette(first.data)) throw Error("PNG: no PLTE chunk: the colours are missing");
  header.orientation = ParseOrientation(exif.empty() ? exif_text.value_or("") : exif, xmp.value_or(""));
  return header;
}

namespace {

enum class Sixteen { kHighByte, kValue };  // what becomes of 16 bits

// Reads the pixels of grey or RGB without alpha into rows of `row_bytes` bytes.
void ReadRows(std::string_view bytes, Sixteen sixteen, size_t row_bytes, std::vector<png_bytep>* rows) {
  Reader reader;
  if (reader.info == nullptr) throw std::bad_alloc();
  RunCodec(reader.failure, [&] {
    png_set_read_fn(reader.codec, &bytes, OnRead);
    png_set_benign_errors(reader.codec, 1);
    // The whole file is in memory, and of large chunks only those that are ignored are let through.
    png_set_chunk_malloc_max(reader.codec, 0);
    // Some writers understate the window.
    png_set_option(reader.codec, PNG_MAXIMUM_INFLATE_WINDOW, PNG_OPTION_ON);
    IgnoreAncillaryChunks(reader.codec);
    png_read_info(reader.codec, reader.info);
    if (sixteen == Sixteen::kHighByte) {
      png_set_strip_16(reader.codec);
    } else if constexpr (std::endian::native == std::endian::little) {
      png_set_swap(reader.codec);
    }
    png_set_expand(reader.codec);  // palettes and 1, 2, 4 bits
    png_set_strip_alpha(reader.codec);
    png_set_interlace_handling(reader.codec);
    png_read_update_info(reader.codec, reader.info);
    if (png_get_rowbytes(reader.codec, reader.info) != row_bytes) png_error(reader.codec, "two headers");
    png_read_image(reader.codec, rows->data());
    png_read_end(reader.codec, nullptr);
  });
}

}  // namespace

void DecodePng(std::string_view bytes, const ImageHeader& header, Image* out) {
  out->Reset(header.height, header.width, header.channels <= 2 ? 1 : 3);
  std::vector<png_bytep> rows;
  for (int y = 0; y < header.height; ++y) rows.push_back(out->row(y));
  ReadRows(bytes, Sixteen::kHighByte, out->stride(), &rows);
}

void DecodeDeepPng(std::string_view bytes, const ImageHeader& header, DeepImage* out) {
  out->Reset(header.height, header.width, header.channels <= 2 ? 1 : 3, DeepImage::Type::kUint16);
  std::vector<png_bytep> rows;
  for (int y = 0; y < header.height; ++y) rows.push_back(out->row(y));
  ReadRows(bytes, Sixteen::kValue, out->stride(), &rows);
}

void CompressPng(const Image& image, std::string* out) {
  out->clear();
  Writer writer;
  if (writer.info == nullptr) throw std::bad_alloc();
  RunCodec(writer.failure, [&] {
    png_set_write_fn(writer.codec, out, OnWrite, OnFlush);
    png_set_IHDR(writer.codec, writer.info, static_cast<png_uint_32>(image.width()),
                 static_cast<png_uint_32>(image.height()), 8,
                 image.channels() == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(writer.codec, writer.info);
    for (int y = 0; y < image.height(); ++y) png_write_row(writer.codec, image.row(y));
    png_write_end(writer.codec, nullptr);
  });
}

}  // namespace dataset

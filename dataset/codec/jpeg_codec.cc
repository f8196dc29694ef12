#include "dataset/codec/jpeg_codec.h"

#include <algorithm>
#include <string>

#include "dataset/codec/image_header.h"
#include "dataset/codec/jpeg_decompressor.h"
#include "dataset/codec/run_codec.h"
#include "dataset/image/color.h"
#include "dataset/image/exif.h"
#include "dataset/image/orientation.h"

namespace dataset {
namespace {

constexpr std::string_view kExifPrefix("Exif\0\0", 6), kXmpPrefix("http://ns.adobe.com/xap/1.0/\0", 29);
// The number of columns on each side of a part that upsampling of chroma looks at.
constexpr int kUpsamplingMargin = 2;

int Orientation(const jpeg_decompress_struct& codec) {
  std::string exif;  // a block above 64 kB lies in several markers
  std::string_view xmp;
  for (jpeg_saved_marker_ptr marker = codec.marker_list; marker != nullptr; marker = marker->next) {
    const std::string_view data(reinterpret_cast<const char*>(marker->data), marker->data_length);
    if (data.starts_with(kExifPrefix)) exif += data.substr(kExifPrefix.size());
    if (data.starts_with(kXmpPrefix)) xmp = data.substr(kXmpPrefix.size());
  }
  return ParseOrientation(exif, xmp);
}

// Describes what JpegDecompressor::ReadHeader has read.
ImageHeader HeaderOf(const jpeg_decompress_struct& codec) {
  ImageHeader header;
  header.format = ImageFormat::kJpeg;
  header.width = static_cast<int>(codec.image_width);
  header.height = static_cast<int>(codec.image_height);
  header.channels = codec.num_components;
  header.cmyk = codec.num_components == 4;
  header.orientation = Orientation(codec);
  header.progressive = codec.progressive_mode != 0;
  if (codec.jpeg_color_space == JCS_UNKNOWN) {
    throw Error("JPEG: " + std::to_string(codec.num_components) + " colour components of unknown meaning");
  }
  return header;
}

bool HasEndOfImage(std::string_view bytes) { return bytes.rfind("\xff\xd9") != bytes.npos; }

// Looks for the end-of-image marker only behind the header, since an EXIF thumbnail has a marker of its own.
void CheckEnd(const JpegDecompressor& decompressor) {
  if (!HasEndOfImage(decompressor.Rest())) throw Error("JPEG: no end-of-image marker: the file is cut off");
}

// Converts a row of Adobe's CMYK, which is stored inverted: 255 is no ink.
void ConvertCmyk(const uint8_t* in, int width, int channels, uint8_t* out) {
  for (int x = 0; x < width; ++x, in += 4, out += channels) {
    uint8_t rgb[3];
    for (int c = 0; c < 3; ++c) rgb[c] = static_cast<uint8_t>((in[c] * in[3] + 127) / 255);
    ConvertChannels(rgb, 3, 1, channels, out);
  }
}

// Whether libjpeg-turbo decodes a part to exactly the pixels that it has in the whole picture. It does not for some
// samplings that no camera uses (4x2; components with three different factors).
bool CropsExactly(const jpeg_decompress_struct& codec) {
  for (int i = 0; i < codec.num_components; ++i) {
    const jpeg_component_info& component = codec.comp_info[i];
    const bool least = component.h_samp_factor == 1 && component.v_samp_factor == 1;
    const bool most =
        component.h_samp_factor == codec.max_h_samp_factor && component.v_samp_factor == codec.max_v_samp_factor;
    if (!least && !most) return false;
  }
  return codec.max_h_samp_factor * codec.max_v_samp_factor <= 4;
}

// Decodes at the scale eighths/8. `part` is in stored pixels of that scale. Returns the place of the part in *out,
// which may hold more pixels. If `whole`, the part is the whole picture and the file is read to its end.
FineRect DecodePart(jpeg_decompress_struct* codec, CodecFailure& failure, const ImageHeader& header, int channels,
                    int eighths, const FineRect& part, bool whole, Image* out) {
  const Rect pixels = part.Pixels();
  JDIMENSION left = 0, width = 0;
  int top = 0, height = 0;
  RunCodec(failure, [&] {
    codec->scale_num = static_cast<unsigned>(eighths);
    codec->scale_denom = 8;
    codec->out_color_space = header.cmyk ? JCS_CMYK : channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    // Block smoothing guesses coefficients that a progressive file leaves out, and guesses others in a partial decode.
    codec->do_block_smoothing = FALSE;
    jpeg_start_decompress(codec);
    width = codec->output_width;
    height = static_cast<int>(codec->output_height);
    if (whole || !CropsExactly(*codec)) return;
    const int first = std::max(pixels.x - kUpsamplingMargin, 0);
    const int last = std::min(pixels.x + pixels.width + kUpsamplingMargin, static_cast<int>(width));
    left = static_cast<JDIMENSION>(first);
    width = static_cast<JDIMENSION>(last - first);
    jpeg_crop_scanline(codec, &left, &width);
    top = pixels.y;
    height = pixels.height;
    if (top > 0) jpeg_skip_scanlines(codec, static_cast<JDIMENSION>(top));
  });
  out->Reset(height, static_cast<int>(width), channels);
  RunCodec(failure, [&] {
    JSAMPARRAY cmyk_row = nullptr;
    if (header.cmyk) {
      cmyk_row = codec->mem->alloc_sarray(reinterpret_cast<j_common_ptr>(codec), JPOOL_IMAGE, width * 4, 1);
    }
    for (int y = 0; y < height; ++y) {
      JSAMPROW row = out->row(y);
      jpeg_read_scanlines(codec, header.cmyk ? cmyk_row : &row, 1);
      if (header.cmyk) ConvertCmyk(cmyk_row[0], static_cast<int>(width), channels, row);
    }
    if (whole) jpeg_finish_decompress(codec);  // reads on to the end-of-image marker
  });
  return FineRect::Eighths({part.x - 8 * static_cast<int>(left), part.y - 8 * top, part.width, part.height});
}

}  // namespace

ImageHeader ReadJpegHeader(std::string_view bytes) {
  JpegErrors errors;
  JpegDecompressor decompressor(&errors);
  decompressor.ReadHeader(bytes);
  const ImageHeader header = HeaderOf(*decompressor.codec());
  CheckEnd(decompressor);
  return header;
}

Size PeekJpegSize(std::string_view beginning) {
  JpegErrors errors;
  JpegDecompressor decompressor(&errors);
  decompressor.ReadHeader(beginning);
  return {static_cast<int>(decompressor.codec()->image_width), static_cast<int>(decompressor.codec()->image_height)};
}

bool HasGoodJpegEnds(std::string_view beginning, std::string_view end) {
  try {
    JpegErrors errors;
    JpegDecompressor decompressor(&errors);
    decompressor.ReadHeader(beginning);
    HeaderOf(*decompressor.codec());
  } catch (const Error&) {
    return false;
  }
  return HasEndOfImage(end);
}

int ChooseEighths(const DecodeOptions& options, const Rect& wanted) {
  if (options.min_width <= 0 || options.min_height <= 0) return 8;
  for (const int64_t k : {1, 2, 4}) {
    if (wanted.width * k >= int64_t{8} * options.min_width && wanted.height * k >= int64_t{8} * options.min_height) {
      return static_cast<int>(k);
    }
  }
  return 8;
}

FineRect DecodeJpeg(std::string_view bytes, const DecodeOptions& options, Image* out) {
  JpegErrors errors;
  JpegDecompressor decompressor(&errors);
  decompressor.ReadHeader(bytes);
  const ImageHeader header = HeaderOf(*decompressor.codec());
  CheckPicture(options, header);
  CheckEnd(decompressor);
  const int channels = options.channels != 0 ? options.channels : header.channels == 1 ? 1 : 3;
  const bool whole = options.crop == Rect{};
  const Rect wanted = whole ? Rect{0, 0, header.upright_width(), header.upright_height()} : options.crop;
  const int eighths = ChooseEighths(options, wanted);
  const Rect stored = ToStored(wanted, header.orientation, header.width, header.height);
  const FineRect part =
      FineRect::Eighths({stored.x * eighths, stored.y * eighths, stored.width * eighths, stored.height * eighths});
  const auto decode = [&](Image* to) {
    return DecodePart(decompressor.codec(), errors.failure, header, channels, eighths, part, whole, to);
  };
  if (header.orientation == 1) return decode(out);
  Image turned;
  const FineRect place = decode(&turned);
  ApplyOrientation(turned, header.orientation, out);
  return FineRect::Eighths(ToUpright({place.x, place.y, place.width, place.height}, header.orientation,
                                     8 * turned.width(), 8 * turned.height()));
}

}  // namespace dataset

#include "dataset/jpeg_codec.h"

#include <algorithm>

#include "dataset/codec.h"
#include "dataset/color.h"
#include "dataset/jpeg_errors.h"
#include "dataset/orientation.h"

namespace dataset {
namespace {

constexpr std::string_view kExifPrefix("Exif\0\0", 6);
// As libjpeg-turbo's own fuzzers: each scan of a progressive file costs a pass over the whole picture.
constexpr int kMaxScans = 500;
// Coefficients of kMaxPixels of four full components, and some.
constexpr long kMaxMemory = 2L << 30;
// Columns that upsampling looks at beside those asked for.
constexpr int kUpsamplingMargin = 2;

void OnProgress(j_common_ptr codec) {
  if (reinterpret_cast<j_decompress_ptr>(codec)->input_scan_number > kMaxScans) {
    static_cast<JpegErrors*>(codec->client_data)->Fail("too many scans");
  }
}

class Decompressor {
 public:
  Decompressor() {
    errors_.Attach(&codec_);
    RunCodec(errors_.failure, [&] { jpeg_create_decompress(&codec_); });
    codec_.mem->max_memory_to_use = kMaxMemory;
    progress_.progress_monitor = OnProgress;
    codec_.progress = &progress_;
  }
  ~Decompressor() { jpeg_destroy_decompress(&codec_); }
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;

  ImageHeader ReadHeader(std::string_view bytes);
  // Decodes `part`, in stored pixels at scale eighths/8. Returns its place in *out, which may hold
  // more. `whole`: the part is everything, and the file is read to its end.
  Rect Decode(const ImageHeader& header, int channels, int eighths, const Rect& part, bool whole, Image* out);

  // What follows the header.
  std::string_view Rest() const {
    return {reinterpret_cast<const char*>(codec_.src->next_input_byte), codec_.src->bytes_in_buffer};
  }

 private:
  int Orientation() const;
  bool CropsExactly() const;

  JpegErrors errors_;
  jpeg_progress_mgr progress_{};
  jpeg_decompress_struct codec_{};
};

int Decompressor::Orientation() const {
  for (jpeg_saved_marker_ptr marker = codec_.marker_list; marker != nullptr; marker = marker->next) {
    const std::string_view data(reinterpret_cast<const char*>(marker->data), marker->data_length);
    if (data.starts_with(kExifPrefix)) return ParseExifOrientation(data.substr(kExifPrefix.size()));
  }
  return 1;
}

ImageHeader Decompressor::ReadHeader(std::string_view bytes) {
  RunCodec(errors_.failure, [&] {
    jpeg_mem_src(&codec_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    jpeg_save_markers(&codec_, JPEG_APP0 + 1, 0xffff);
    jpeg_read_header(&codec_, TRUE);
  });
  CheckPictureSize(codec_.image_width, codec_.image_height);
  ImageHeader header;
  header.format = ImageFormat::kJpeg;
  header.width = static_cast<int>(codec_.image_width);
  header.height = static_cast<int>(codec_.image_height);
  header.channels = codec_.num_components;
  header.cmyk = codec_.num_components == 4;
  header.orientation = Orientation();
  header.progressive = codec_.progressive_mode != 0;
  if (codec_.jpeg_color_space == JCS_UNKNOWN) {
    throw Error("JPEG: " + std::to_string(codec_.num_components) + " colour components of unknown meaning");
  }
  return header;
}

// Adobe's CMYK is stored inverted: 255 is no ink.
void ConvertCmyk(const uint8_t* in, int width, int channels, uint8_t* out) {
  for (int x = 0; x < width; ++x, in += 4, out += channels) {
    uint8_t rgb[3];
    for (int c = 0; c < 3; ++c) rgb[c] = static_cast<uint8_t>((in[c] * in[3] + 127) / 255);
    ConvertChannels(rgb, 3, 1, channels, out);
  }
}

// Whether libjpeg-turbo decodes a part to the very pixels of the whole. It does not for some samplings that no camera
// uses (4x2; components of three different factors).
bool Decompressor::CropsExactly() const {
  for (int i = 0; i < codec_.num_components; ++i) {
    const jpeg_component_info& component = codec_.comp_info[i];
    const bool least = component.h_samp_factor == 1 && component.v_samp_factor == 1;
    const bool most =
        component.h_samp_factor == codec_.max_h_samp_factor && component.v_samp_factor == codec_.max_v_samp_factor;
    if (!least && !most) return false;
  }
  return codec_.max_h_samp_factor * codec_.max_v_samp_factor <= 4;
}

Rect Decompressor::Decode(const ImageHeader& header, int channels, int eighths, const Rect& part, bool whole,
                          Image* out) {
  JDIMENSION left = 0, width = 0;
  int top = 0, height = 0;
  RunCodec(errors_.failure, [&] {
    codec_.scale_num = static_cast<unsigned>(eighths);
    codec_.scale_denom = 8;
    codec_.out_color_space = header.cmyk ? JCS_CMYK : channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    // It guesses the coefficients that a progressive file leaves out, which a partial decode does differently.
    codec_.do_block_smoothing = FALSE;
    jpeg_start_decompress(&codec_);
    width = codec_.output_width;
    height = static_cast<int>(codec_.output_height);
    if (whole || !CropsExactly()) return;
    const int first = std::max(part.x - kUpsamplingMargin, 0);
    const int last = std::min(part.x + part.width + kUpsamplingMargin, static_cast<int>(width));
    left = static_cast<JDIMENSION>(first);
    width = static_cast<JDIMENSION>(last - first);
    jpeg_crop_scanline(&codec_, &left, &width);
    top = part.y;
    height = part.height;
    if (top > 0) jpeg_skip_scanlines(&codec_, static_cast<JDIMENSION>(top));
  });
  out->Reset(height, static_cast<int>(width), channels);
  RunCodec(errors_.failure, [&] {
    JSAMPARRAY cmyk_row = nullptr;
    if (header.cmyk) {
      cmyk_row = codec_.mem->alloc_sarray(reinterpret_cast<j_common_ptr>(&codec_), JPOOL_IMAGE, width * 4, 1);
    }
    for (int y = 0; y < height; ++y) {
      JSAMPROW row = out->row(y);
      jpeg_read_scanlines(&codec_, header.cmyk ? cmyk_row : &row, 1);
      if (header.cmyk) ConvertCmyk(cmyk_row[0], static_cast<int>(width), channels, row);
    }
    if (whole) jpeg_finish_decompress(&codec_);  // reads on to the end-of-image marker
  });
  return {part.x - static_cast<int>(left), part.y - top, part.width, part.height};
}

// The smallest k for which k/8 of the wanted part is not below the least size.
int ChooseEighths(const DecodeOptions& options, const Rect& wanted) {
  if (options.min_width <= 0 || options.min_height <= 0) return 8;
  for (int64_t k = 1; k < 8; ++k) {
    if (wanted.width * k >= int64_t{8} * options.min_width && wanted.height * k >= int64_t{8} * options.min_height) {
      return static_cast<int>(k);
    }
  }
  return 8;
}

// Where the interval [begin, begin + length) of `size` pixels lies at scale eighths/8: at least `least` pixels.
void ScaleInterval(int eighths, int size, int least, int* begin, int* length) {
  const auto scaled = [&](int position) { return static_cast<int>((int64_t{position} * eighths + 4) / 8); };
  const int scaled_size = static_cast<int>((int64_t{size} * eighths + 7) / 8);
  const int first = scaled(*begin), last = std::min(scaled(*begin + *length), scaled_size);
  *length = std::max({last - first, least, 1});
  *begin = std::min(first, scaled_size - *length);
}

}  // namespace

ImageHeader ReadJpegHeader(std::string_view bytes) {
  Decompressor decompressor;
  const ImageHeader header = decompressor.ReadHeader(bytes);
  // Searched only behind the header, since an EXIF thumbnail has a marker of its own.
  if (decompressor.Rest().rfind("\xff\xd9") == std::string_view::npos) {
    throw Error("JPEG: no end-of-image marker: the file is cut off");
  }
  return header;
}

Rect DecodeJpeg(std::string_view bytes, const DecodeOptions& options, Image* out) {
  Decompressor decompressor;
  const ImageHeader header = decompressor.ReadHeader(bytes);
  CheckCrop(options.crop, header);
  const int channels = options.channels != 0 ? options.channels : header.channels == 1 ? 1 : 3;
  const bool whole = options.crop == Rect{};
  const int upright_width = header.upright_width(), upright_height = header.upright_height();

  Rect wanted = whole ? Rect{0, 0, upright_width, upright_height} : options.crop;
  const int eighths = ChooseEighths(options, wanted);
  const int scaled_width = (header.width * eighths + 7) / 8, scaled_height = (header.height * eighths + 7) / 8;
  if (whole) {
    wanted = ToUpright({0, 0, scaled_width, scaled_height}, header.orientation, scaled_width, scaled_height);
  } else {
    const bool shrinks = eighths < 8;
    ScaleInterval(eighths, upright_width, shrinks ? options.min_width : 1, &wanted.x, &wanted.width);
    ScaleInterval(eighths, upright_height, shrinks ? options.min_height : 1, &wanted.y, &wanted.height);
  }
  const Rect part = ToStored(wanted, header.orientation, scaled_width, scaled_height);
  if (header.orientation == 1) return decompressor.Decode(header, channels, eighths, part, whole, out);
  Image stored;
  const Rect place = decompressor.Decode(header, channels, eighths, part, whole, &stored);
  ApplyOrientation(stored, header.orientation, out);
  return ToUpright(place, header.orientation, stored.width(), stored.height());
}

}  // namespace dataset

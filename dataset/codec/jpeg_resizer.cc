#include "dataset/codec/jpeg_resizer.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "dataset/codec/jpeg_codec.h"
#include "dataset/codec/jpeg_compressor.h"
#include "dataset/codec/jpeg_decompressor.h"

namespace dataset {
namespace {

constexpr int kComponents = 3;
constexpr int kMaxRows = MAX_SAMP_FACTOR * DCTSIZE;  // rows of one component that libjpeg takes or gives at a time

int RoundUp(int value, int multiple) { return (value + multiple - 1) / multiple * multiple; }

// Pointers to the rows of three planes, in the form that libjpeg takes.
class PlaneRows {
 public:
  // Points to count[c] rows of each plane c from row first[c] on; behind a plane's last row, to the last row.
  void Point(std::array<Image, kComponents>& planes, const int first[], const int count[]) {
    for (int c = 0; c < kComponents; ++c) {
      Image& plane = planes[static_cast<size_t>(c)];
      for (int y = 0; y < count[c]; ++y) rows_[c][y] = plane.row(std::min(first[c] + y, plane.height() - 1));
      arrays_[c] = rows_[c];
    }
  }
  JSAMPIMAGE get() { return arrays_; }

 private:
  JSAMPROW rows_[kComponents][kMaxRows];
  JSAMPARRAY arrays_[kComponents];
};

bool HasHalvedChroma(const jpeg_decompress_struct& codec) {
  if (codec.jpeg_color_space != JCS_YCbCr || codec.num_components != kComponents) return false;
  const jpeg_component_info* const all = codec.comp_info;
  for (int c = 1; c < kComponents; ++c) {
    if (all[c].h_samp_factor != 1 || all[c].v_samp_factor != 1) return false;
  }
  return all[0].h_samp_factor <= 2 && all[0].v_samp_factor <= 2;
}

// At 1/8, chroma that is halved in one direction only has sixteenths of pixels in the other, so 2/8 is the least.
int LeastEighths(const jpeg_decompress_struct& codec) {
  return codec.max_h_samp_factor == codec.max_v_samp_factor ? 1 : 2;
}

// How one component is resized.
struct Plane {
  FineRect part;  // the part of the decoded samples that is shown
  Size valid;     // the decoded samples up to the part's end; beyond them, the last ones are repeated
  Size size;      // size of the resized plane
};

// Computes one side of Plane::part. `length` pixels from `begin` on become `to` pixels of the target and `samples` of
// the component. The last chroma sample of an odd side stands for one pixel and its repetition.
void SetSide(int begin, int length, int to, int samples, int eighths, int* part_begin, int* part_length) {
  const int covered = to == samples ? to : 2 * samples;
  *part_begin = begin * eighths;
  *part_length = static_cast<int>((int64_t{2} * length * eighths * covered + to) / (int64_t{2} * to));
}

Plane PlanPlane(const jpeg_decompress_struct& codec, const jpeg_component_info& component,
                const JpegResizer::Target& target) {
  const int across = component.DCT_scaled_size * component.h_samp_factor;
  const int down = component.DCT_scaled_size * component.v_samp_factor;
  assert(across % codec.max_h_samp_factor == 0 && down % codec.max_v_samp_factor == 0);
  Plane plane;
  const Rect& part = target.part;
  const int x_eighths = across / codec.max_h_samp_factor, y_eighths = down / codec.max_v_samp_factor;
  plane.valid = {((part.x + part.width) * x_eighths + 7) / 8, ((part.y + part.height) * y_eighths + 7) / 8};
  plane.size = target.size;
  if (component.component_index > 0) plane.size = {(plane.size.width + 1) / 2, (plane.size.height + 1) / 2};
  SetSide(part.x, part.width, target.size.width, plane.size.width, x_eighths, &plane.part.x, &plane.part.width);
  SetSide(part.y, part.height, target.size.height, plane.size.height, y_eighths, &plane.part.y, &plane.part.height);
  return plane;
}

// Fills the first `size` of the image's pixels beyond `valid` with the last valid columns and rows.
void RepeatEdges(Size valid, Size size, Image* image) {
  const size_t beyond = static_cast<size_t>(size.width - valid.width), width = static_cast<size_t>(size.width);
  for (int y = 0; y < valid.height; ++y) {
    uint8_t* const row = image->row(y);
    std::memset(row + valid.width, row[valid.width - 1], beyond);
  }
  for (int y = valid.height; y < size.height; ++y) {
    std::memcpy(image->row(y), image->row(valid.height - 1), width);
  }
}

std::array<Plane, kComponents> DecodePlanes(jpeg_decompress_struct* codec, CodecFailure& failure, int eighths,
                                            const JpegResizer::Target& target, std::array<Image, kComponents>* images) {
  RunCodec(failure, [&] {
    codec->scale_num = static_cast<unsigned>(eighths);
    codec->scale_denom = DCTSIZE;
    codec->out_color_space = JCS_YCbCr;
    codec->raw_data_out = TRUE;
    codec->do_block_smoothing = FALSE;
    jpeg_start_decompress(codec);
  });
  std::array<Plane, kComponents> planes;
  int first[kComponents] = {}, count[kComponents];
  for (size_t c = 0; c < kComponents; ++c) {
    const jpeg_component_info& component = codec->comp_info[c];
    planes[c] = PlanPlane(*codec, component, target);
    count[c] = component.v_samp_factor * component.DCT_scaled_size;
    const Rect shown = planes[c].part.Pixels();
    const int blocks_height = static_cast<int>(codec->total_iMCU_rows) * count[c];
    const int blocks_width = static_cast<int>(component.width_in_blocks) * component.DCT_scaled_size;
    (*images)[c].Reset(std::max(blocks_height, shown.y + shown.height), std::max(blocks_width, shown.x + shown.width),
                       1);
  }
  PlaneRows rows;
  RunCodec(failure, [&] {
    while (codec->output_scanline < codec->output_height) {
      rows.Point(*images, first, count);
      jpeg_read_raw_data(codec, rows.get(), kMaxRows);
      for (int c = 0; c < kComponents; ++c) first[c] += count[c];
    }
    jpeg_finish_decompress(codec);  // reads on to the end-of-image marker
  });
  for (size_t c = 0; c < kComponents; ++c) {
    const Rect shown = planes[c].part.Pixels();
    RepeatEdges(planes[c].valid, {shown.x + shown.width, shown.y + shown.height}, &(*images)[c]);
  }
  return planes;
}

// Resizes one plane, and fills its rows up to whole blocks.
void ResizePlane(const Image& from, const Plane& plane, Interpolation interpolation, Image* out) {
  out->Reset(plane.size.height, RoundUp(plane.size.width, 2 * DCTSIZE), 1);
  ResizeImage(from, plane.part, plane.size.width, plane.size.height, interpolation, out->data(), out->stride());
  RepeatEdges(plane.size, {out->width(), out->height()}, out);
}

void EncodePlanes(std::array<Image, kComponents>& planes, Size size, int quality, std::string* out) {
  out->clear();
  JpegErrors errors;
  JpegCompressor compressor(&errors, out);
  PlaneRows rows;
  RunCodec(errors.failure, [&, codec = compressor.codec()] {
    codec->image_width = static_cast<JDIMENSION>(size.width);
    codec->image_height = static_cast<JDIMENSION>(size.height);
    codec->input_components = kComponents;
    codec->in_color_space = JCS_YCbCr;
    jpeg_set_defaults(codec);  // 4:2:0
    jpeg_set_quality(codec, quality, TRUE);
    codec->raw_data_in = TRUE;
    jpeg_start_compress(codec, TRUE);
    const int count[kComponents] = {2 * DCTSIZE, DCTSIZE, DCTSIZE};
    while (codec->next_scanline < codec->image_height) {
      const int y = static_cast<int>(codec->next_scanline);
      const int first[kComponents] = {y, y / 2, y / 2};
      rows.Point(planes, first, count);
      jpeg_write_raw_data(codec, rows.get(), 2 * DCTSIZE);
    }
    jpeg_finish_compress(codec);
  });
}

}  // namespace

bool JpegResizer::Resize(std::string_view bytes, const Target& target, std::string* out) {
  JpegErrors errors;
  JpegDecompressor decompressor(&errors);
  decompressor.ReadHeader(bytes);
  jpeg_decompress_struct* const codec = decompressor.codec();
  if (!HasHalvedChroma(*codec)) return false;
  DecodeOptions options;
  options.min_width = LeastDecodedSide(target.size.width, target.interpolation);
  options.min_height = LeastDecodedSide(target.size.height, target.interpolation);
  const int eighths = std::max(ChooseEighths(options, target.part), LeastEighths(*codec));
  const std::array<Plane, kComponents> planes = DecodePlanes(codec, errors.failure, eighths, target, &decoded_);
  for (size_t c = 0; c < kComponents; ++c) ResizePlane(decoded_[c], planes[c], target.interpolation, &resized_[c]);
  EncodePlanes(resized_, target.size, target.quality, out);
  return true;
}

}  // namespace dataset

#include "dataset/codec/jpeg_writer.h"

#include "dataset/codec/jpeg_compressor.h"

namespace dataset {

void CompressJpeg(const Image& image, int quality, std::string* out) {
  out->clear();
  JpegErrors errors;
  JpegCompressor compressor(&errors, out);
  RunCodec(errors.failure, [&, codec = compressor.codec()] {
    codec->image_width = static_cast<JDIMENSION>(image.width());
    codec->image_height = static_cast<JDIMENSION>(image.height());
    codec->input_components = image.channels();
    codec->in_color_space = image.channels() == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(codec);  // 4:2:0 for colour
    jpeg_set_quality(codec, quality, TRUE);
    jpeg_start_compress(codec, TRUE);
    while (codec->next_scanline < codec->image_height) {
      JSAMPROW row = const_cast<JSAMPROW>(image.row(static_cast<int>(codec->next_scanline)));
      jpeg_write_scanlines(codec, &row, 1);
    }
    jpeg_finish_compress(codec);
  });
}

}  // namespace dataset

#include "dataset/codec/jpeg_transcoder.h"

#include "dataset/codec/jpeg_compressor.h"
#include "dataset/codec/jpeg_decompressor.h"

namespace dataset {

void TranscodeToBaseline(std::string_view jpeg, std::string* out) {
  out->clear();
  JpegErrors errors;  // shared by both codecs, so that either may end the step
  JpegDecompressor source(&errors);
  source.ReadHeader(jpeg);
  JpegCompressor target(&errors, out);
  RunCodec(errors.failure, [&, from = source.codec(), to = target.codec()] {
    jvirt_barray_ptr* coefficients = jpeg_read_coefficients(from);
    jpeg_copy_critical_parameters(from, to);
    to->optimize_coding = TRUE;
    jpeg_write_coefficients(to, coefficients);
    jpeg_finish_compress(to);
    jpeg_finish_decompress(from);
  });
}

}  // namespace dataset

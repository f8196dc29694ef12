#pragma once

#include <string>

#include "dataset/codec/jpeg_errors.h"

namespace dataset {

// A libjpeg compressor that appends to *out (jpeg_mem_dest leaks its buffer on errors). Calls that use codec() must run
// inside RunCodec(errors->failure, ...). `errors` and `out` must outlive the object. Internal to the JPEG encoders.
class JpegCompressor {
 public:
  JpegCompressor(JpegErrors* errors, std::string* out);
  ~JpegCompressor();
  JpegCompressor(const JpegCompressor&) = delete;
  JpegCompressor& operator=(const JpegCompressor&) = delete;

  jpeg_compress_struct* codec() { return &codec_; }

 private:
  struct Destination {
    jpeg_destination_mgr base;
    std::string* out;
    JOCTET buffer[16384];
  };
  static Destination& From(j_compress_ptr codec) { return *reinterpret_cast<Destination*>(codec->dest); }
  static void Rewind(j_compress_ptr codec);
  static void Append(j_compress_ptr codec, size_t size);

  jpeg_compress_struct codec_{};
  Destination destination_;
};

}  // namespace dataset

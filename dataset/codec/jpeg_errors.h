#pragma once

#include <cstdio>
// jpeglib.h needs FILE.
#include <jpeglib.h>

#include "dataset/codec/run_codec.h"

namespace dataset {

// libjpeg's errors, and those of its warnings that mean lost or corrupt data, for RunCodec(errors.failure, ...):
// nothing is printed. The codec's client_data points here.
struct JpegErrors {
  // Before the codec is created. The codec is a jpeg_compress_struct or jpeg_decompress_struct.
  template <typename Codec>
  void Attach(Codec* codec) {
    codec->err = Init();
    codec->client_data = this;
  }
  // Ends the step that RunCodec runs.
  [[noreturn]] void Fail(const char* text);

  CodecFailure failure;

 private:
  jpeg_error_mgr* Init();

  jpeg_error_mgr manager_;
};

}  // namespace dataset

#pragma once

#include <cstdio>
// jpeglib.h needs FILE.
#include <jpeglib.h>

#include "dataset/codec/run_codec.h"

namespace dataset {

// Turns libjpeg's errors, and those of its warnings that mean lost or corrupt data, into errors of
// RunCodec(errors.failure, ...). Nothing is printed.
struct JpegErrors {
  // Must be called before *codec, a jpeg_compress_struct or jpeg_decompress_struct, is created. The codec's client_data
  // then points to this object, which must outlive the codec.
  template <typename Codec>
  void Attach(Codec* codec) {
    codec->err = Init();
    codec->client_data = this;
  }
  // Ends the step that RunCodec runs with an error. Must be called inside it.
  [[noreturn]] void Fail(const char* text);

  CodecFailure failure;

 private:
  jpeg_error_mgr* Init();

  jpeg_error_mgr manager_;
};

}  // namespace dataset

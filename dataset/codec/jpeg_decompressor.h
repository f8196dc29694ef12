#pragma once

#include <string_view>

#include "dataset/codec/jpeg_errors.h"

namespace dataset {

// A libjpeg decompressor with limits on the memory and the scans that a file may ask for. Calls that use codec() must
// run inside RunCodec(errors->failure, ...). `errors` and the bytes must outlive the object. Internal to the JPEG
// codecs.
class JpegDecompressor {
 public:
  explicit JpegDecompressor(JpegErrors* errors);
  ~JpegDecompressor();
  JpegDecompressor(const JpegDecompressor&) = delete;
  JpegDecompressor& operator=(const JpegDecompressor&) = delete;

  // Reads up to the first scan, keeps EXIF blocks, and checks the picture's size. Throws Error (cause only).
  void ReadHeader(std::string_view bytes);
  // The bytes behind the header.
  std::string_view Rest() const;

  jpeg_decompress_struct* codec() { return &codec_; }
  const jpeg_decompress_struct* codec() const { return &codec_; }

 private:
  JpegErrors* errors_;
  jpeg_progress_mgr progress_{};
  jpeg_decompress_struct codec_{};
};

}  // namespace dataset

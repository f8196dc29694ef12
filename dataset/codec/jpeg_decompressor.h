#pragma once

#include <string_view>

#include "dataset/codec/jpeg_errors.h"

namespace dataset {

// A decompressor of libjpeg with limits on what a file may ask for. Its errors are for RunCodec(errors->failure, ...).
// Internal to the JPEG codecs.
class JpegDecompressor {
 public:
  explicit JpegDecompressor(JpegErrors* errors);
  ~JpegDecompressor();
  JpegDecompressor(const JpegDecompressor&) = delete;
  JpegDecompressor& operator=(const JpegDecompressor&) = delete;

  // Reads up to the first scan, keeping EXIF blocks, and checks the picture's size.
  void ReadHeader(std::string_view bytes);
  // What follows the header.
  std::string_view Rest() const;

  jpeg_decompress_struct* codec() { return &codec_; }
  const jpeg_decompress_struct* codec() const { return &codec_; }

 private:
  JpegErrors* errors_;
  jpeg_progress_mgr progress_{};
  jpeg_decompress_struct codec_{};
};

}  // namespace dataset

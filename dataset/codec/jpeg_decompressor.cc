#include "dataset/codec/jpeg_decompressor.h"

#include "dataset/codec/image_header.h"

namespace dataset {
namespace {

// The limit of libjpeg-turbo's own fuzzers: each scan of a progressive file costs a pass over the whole picture.
constexpr int kMaxScans = 500;
// Enough for the coefficients of kMaxPixels pixels with four components of full resolution.
constexpr long kMaxMemory = 2L << 30;

void OnProgress(j_common_ptr codec) {
  if (reinterpret_cast<j_decompress_ptr>(codec)->input_scan_number > kMaxScans) {
    static_cast<JpegErrors*>(codec->client_data)->Fail("too many scans");
  }
}

}  // namespace

JpegDecompressor::JpegDecompressor(JpegErrors* errors) : errors_(errors) {
  errors_->Attach(&codec_);
  RunCodec(errors_->failure, [&] { jpeg_create_decompress(&codec_); });
  codec_.mem->max_memory_to_use = kMaxMemory;
  progress_.progress_monitor = OnProgress;
  codec_.progress = &progress_;
}

JpegDecompressor::~JpegDecompressor() { jpeg_destroy_decompress(&codec_); }

void JpegDecompressor::ReadHeader(std::string_view bytes) {
  RunCodec(errors_->failure, [&] {
    jpeg_mem_src(&codec_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    jpeg_save_markers(&codec_, JPEG_APP0 + 1, 0xffff);
    jpeg_read_header(&codec_, TRUE);
  });
  CheckPictureSize(codec_.image_width, codec_.image_height);
}

std::string_view JpegDecompressor::Rest() const {
  return {reinterpret_cast<const char*>(codec_.src->next_input_byte), codec_.src->bytes_in_buffer};
}

}  // namespace dataset

#include "dataset/codec/jpeg_compressor.h"

#include <new>

namespace dataset {

JpegCompressor::JpegCompressor(JpegErrors* errors, std::string* out) {
  errors->Attach(&codec_);
  RunCodec(errors->failure, [&] { jpeg_create_compress(&codec_); });
  destination_.out = out;
  destination_.base.init_destination = Rewind;
  destination_.base.empty_output_buffer = [](j_compress_ptr codec) -> boolean {
    Append(codec, sizeof(Destination::buffer));
    return TRUE;
  };
  destination_.base.term_destination = [](j_compress_ptr codec) {
    Append(codec, sizeof(Destination::buffer) - codec->dest->free_in_buffer);
  };
  codec_.dest = &destination_.base;
}

JpegCompressor::~JpegCompressor() { jpeg_destroy_compress(&codec_); }

void JpegCompressor::Rewind(j_compress_ptr codec) {
  codec->dest->next_output_byte = From(codec).buffer;
  codec->dest->free_in_buffer = sizeof(Destination::buffer);
}

void JpegCompressor::Append(j_compress_ptr codec, size_t size) {
  Destination& destination = From(codec);
  bool written = true;
  try {
    destination.out->append(reinterpret_cast<const char*>(destination.buffer), size);
  } catch (const std::bad_alloc&) {
    written = false;  // an exception must not cross libjpeg, and a jump must not leave its handler
  }
  if (!written) static_cast<JpegErrors*>(codec->client_data)->Fail("not enough memory");
  Rewind(codec);
}

}  // namespace dataset

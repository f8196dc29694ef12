#include "dataset/jpeg_writer.h"

#include <memory>
#include <new>

#include "dataset/jpeg_errors.h"

namespace dataset {
namespace {

// Where the compressor writes: jpeg_mem_dest leaks its buffer on errors.
struct Destination {
  explicit Destination(std::string* bytes) : out(bytes) {
    base.init_destination = [](j_compress_ptr codec) { From(codec).Rewind(); };
    base.empty_output_buffer = [](j_compress_ptr codec) -> boolean {
      Append(codec, sizeof(buffer));
      return TRUE;
    };
    base.term_destination = [](j_compress_ptr codec) { Append(codec, sizeof(buffer) - codec->dest->free_in_buffer); };
  }
  static Destination& From(j_compress_ptr codec) { return *reinterpret_cast<Destination*>(codec->dest); }
  static void Append(j_compress_ptr codec, size_t size) {
    Destination& destination = From(codec);
    bool written = true;
    try {
      destination.out->append(reinterpret_cast<const char*>(destination.buffer), size);
    } catch (const std::bad_alloc&) {
      written = false;  // no exception and no jump out of its handler may cross libjpeg
    }
    if (!written) static_cast<JpegErrors*>(codec->client_data)->Fail("not enough memory");
    destination.Rewind();
  }
  void Rewind() {
    base.next_output_byte = buffer;
    base.free_in_buffer = sizeof(buffer);
  }

  jpeg_destination_mgr base{};
  std::string* out;
  JOCTET buffer[16384];
};

}  // namespace

void CompressJpeg(const Image& image, int quality, std::string* out) {
  JpegErrors errors;
  jpeg_compress_struct codec{};
  out->clear();
  Destination destination(out);
  errors.Attach(&codec);
  RunCodec(errors.failure, [&] { jpeg_create_compress(&codec); });
  const std::unique_ptr<jpeg_compress_struct, void (*)(jpeg_compress_struct*)> destroy_codec(&codec,
                                                                                             jpeg_destroy_compress);
  RunCodec(errors.failure, [&] {
    codec.dest = &destination.base;
    codec.image_width = static_cast<JDIMENSION>(image.width());
    codec.image_height = static_cast<JDIMENSION>(image.height());
    codec.input_components = image.channels();
    codec.in_color_space = image.channels() == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&codec);  // 4:2:0 for colour
    jpeg_set_quality(&codec, quality, TRUE);
    codec.optimize_coding = TRUE;
    jpeg_start_compress(&codec, TRUE);
    while (codec.next_scanline < codec.image_height) {
      JSAMPROW row = const_cast<JSAMPROW>(image.row(static_cast<int>(codec.next_scanline)));
      jpeg_write_scanlines(&codec, &row, 1);
    }
    jpeg_finish_compress(&codec);
  });
}

}  // namespace dataset

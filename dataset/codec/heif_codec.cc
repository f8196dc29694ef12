#include "dataset/codec/heif_codec.h"

#include <libheif/heif.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string>

#include "dataset/base/error.h"
#include "dataset/codec/heif_sizes.h"
#include "dataset/codec/image_header.h"

namespace dataset {
namespace {

template <auto release>
struct Releaser {
  template <typename T>
  void operator()(T* object) const {
    release(object);
  }
};
using Context = std::unique_ptr<heif_context, Releaser<heif_context_free>>;
using Handle = std::unique_ptr<heif_image_handle, Releaser<heif_image_handle_release>>;
using Options = std::unique_ptr<heif_decoding_options, Releaser<heif_decoding_options_free>>;
using Picture = std::unique_ptr<heif_image, Releaser<heif_image_release>>;

[[noreturn]] void Fail(ImageFormat format, const std::string& cause) {
  throw Error(std::string(NameOf(format)) + ": " + cause);
}

void Check(ImageFormat format, const heif_error& error) {
  if (error.code != heif_error_Ok) Fail(format, error.message);
}

Size LargestSize(ImageFormat format, std::string_view bytes) {
  try {
    return CheckHeifSizes(bytes);
  } catch (const Error& error) {
    Fail(format, error.what());
  }
}

// The parts of a file that describe its primary picture. `bytes` must outlive the object.
class HeifFile {
 public:
  HeifFile(ImageFormat format, std::string_view bytes) : context_(heif_context_alloc()) {
    if (context_ == nullptr) throw std::bad_alloc();
    heif_context_set_max_decoding_threads(context_.get(), 0);
    const Size largest = LargestSize(format, bytes);
    heif_context_set_maximum_image_size_limit(context_.get(), std::max(largest.width, largest.height) + 1);
    Check(format, heif_context_read_from_memory_without_copy(context_.get(), bytes.data(), bytes.size(), nullptr));
    heif_image_handle* handle = nullptr;
    Check(format, heif_context_get_primary_image_handle(context_.get(), &handle));
    handle_.reset(handle);
    width_ = heif_image_handle_get_width(handle);
    height_ = heif_image_handle_get_height(handle);
    CheckPictureSize(width_, height_);
  }

  const heif_image_handle* handle() const { return handle_.get(); }
  int width() const { return width_; }
  int height() const { return height_; }

 private:
  Context context_;
  Handle handle_;
  int width_ = 0;
  int height_ = 0;
};

bool HasDecoder(heif_compression_format format) {
  // The first use of libheif initialises it; here two threads cannot be the first ones.
  static const heif_error initialised = heif_init(nullptr);
  return initialised.code == heif_error_Ok && heif_have_decoder_for_format(format) != 0;
}

bool IsSequence(std::string_view brand) {
  return brand == "avis" || brand == "msf1" || brand == "hevc" || brand == "hevx" || brand == "hevm" || brand == "hevs";
}

ImageHeader ReadHeader(ImageFormat format, const char* missing, std::string_view bytes) {
  if (missing != nullptr) Fail(format, missing);
  const HeifFile file(format, bytes);
  ImageHeader header;
  header.format = format;
  header.width = file.width();
  header.height = file.height();
  header.channels = heif_image_handle_has_alpha_channel(file.handle()) != 0 ? 4 : 3;
  header.bits = heif_image_handle_get_luma_bits_per_pixel(file.handle());
  header.animated = IsSequence(bytes.substr(8, 4));
  return header;
}

}  // namespace

const char* MissingForHeic() {
  return HasDecoder(heif_compression_HEVC)
             ? nullptr
             : "libheif has no decoder of HEVC; install the package libheif-plugin-libde265, or convert to JPEG";
}

const char* MissingForAvif() {
  return HasDecoder(heif_compression_AV1)
             ? nullptr
             : "libheif has no decoder of AV1; install the package libheif-plugin-dav1d, or convert to JPEG";
}

ImageHeader ReadHeicHeader(std::string_view bytes) { return ReadHeader(ImageFormat::kHeic, MissingForHeic(), bytes); }
ImageHeader ReadAvifHeader(std::string_view bytes) { return ReadHeader(ImageFormat::kAvif, MissingForAvif(), bytes); }

void DecodeHeif(std::string_view bytes, const ImageHeader& header, Image* out) {
  const HeifFile file(header.format, bytes);
  const Options options(heif_decoding_options_alloc());
  if (options == nullptr) throw std::bad_alloc();
  options->convert_hdr_to_8bit = 1;
  options->strict_decoding = 1;
  heif_image* image = nullptr;
  Check(header.format,
        heif_decode_image(file.handle(), &image, heif_colorspace_RGB, heif_chroma_interleaved_RGB, options.get()));
  const Picture picture(image);
  if (heif_image_get_decoding_warnings(image, 0, nullptr, 0) > 0) Fail(header.format, "damaged data");
  int stride = 0;
  const uint8_t* const rows = heif_image_get_plane_readonly(image, heif_channel_interleaved, &stride);
  if (rows == nullptr || heif_image_get_width(image, heif_channel_interleaved) != header.width ||
      heif_image_get_height(image, heif_channel_interleaved) != header.height) {
    Fail(header.format, "the pixels are not of the size that the header says");
  }
  out->Reset(header.height, header.width, 3);
  for (int y = 0; y < header.height; ++y) std::memcpy(out->row(y), rows + ptrdiff_t{stride} * y, out->stride());
}

}  // namespace dataset

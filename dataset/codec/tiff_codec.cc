#include "dataset/codec/tiff_codec.h"

#include <tiffio.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/codec/image_header.h"
#include "dataset/image/exif.h"

namespace dataset {
namespace {

constexpr tmsize_t kMaxAllocation = tmsize_t{1} << 30;
constexpr int kMaxSamples = 8;  // colours and alphas per pixel

// A TIFF file in memory, opened at its first page.
class TiffFile {
 public:
  explicit TiffFile(std::string_view bytes) : bytes_(bytes) {
    const std::unique_ptr<TIFFOpenOptions, void (*)(TIFFOpenOptions*)> options(TIFFOpenOptionsAlloc(),
                                                                               TIFFOpenOptionsFree);
    if (options == nullptr) throw std::bad_alloc();
    TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), kMaxAllocation);
    TIFFOpenOptionsSetErrorHandlerExtR(options.get(), OnError, this);
    TIFFOpenOptionsSetWarningHandlerExtR(options.get(), OnWarning, this);
    tiff_ = TIFFClientOpenExt("", "r", this, OnRead, OnWrite, OnSeek, OnClose, OnSize, OnMap, OnUnmap, options.get());
    if (tiff_ == nullptr) Fail();
  }
  ~TiffFile() { TIFFClose(tiff_); }
  TiffFile(const TiffFile&) = delete;
  TiffFile& operator=(const TiffFile&) = delete;

  TIFF* get() const { return tiff_; }
  uint16_t Field(ttag_t tag) const {
    uint16_t value = 0;
    TIFFGetFieldDefaulted(tiff_, tag, &value);
    return value;
  }
  [[noreturn]] void Fail() const { throw Error("TIFF: " + (error_[0] != 0 ? std::string(error_) : "damaged data")); }

 private:
  static TiffFile& From(thandle_t handle) { return *static_cast<TiffFile*>(handle); }
  static int OnError(TIFF*, void* file, const char*, const char* format, va_list arguments) {
    char* error = From(file).error_;
    if (error[0] == 0) std::vsnprintf(error, sizeof(error_), format, arguments);
    return 1;
  }
  static int OnWarning(TIFF*, void*, const char*, const char*, va_list) { return 1; }
  static tmsize_t OnRead(thandle_t handle, void* out, tmsize_t size) {
    TiffFile& file = From(handle);
    const uint64_t begin = std::min<uint64_t>(file.position_, file.bytes_.size());
    const std::string_view part = file.bytes_.substr(begin, static_cast<size_t>(size));
    std::memcpy(out, part.data(), part.size());
    file.position_ = begin + part.size();
    return static_cast<tmsize_t>(part.size());
  }
  static tmsize_t OnWrite(thandle_t, void*, tmsize_t) { return -1; }
  static toff_t OnSeek(thandle_t handle, toff_t offset, int whence) {
    TiffFile& file = From(handle);
    file.position_ = offset + (whence == SEEK_CUR ? file.position_ : whence == SEEK_END ? file.bytes_.size() : 0);
    return file.position_;
  }
  static int OnClose(thandle_t) { return 0; }
  static toff_t OnSize(thandle_t handle) { return From(handle).bytes_.size(); }
  static int OnMap(thandle_t handle, void** base, toff_t* size) {
    *base = const_cast<char*>(From(handle).bytes_.data());  // opened for reading only
    *size = From(handle).bytes_.size();
    return 1;
  }
  static void OnUnmap(thandle_t, void*, toff_t) {}

  std::string_view bytes_;
  uint64_t position_ = 0;
  char error_[256] = "";
  TIFF* tiff_ = nullptr;
};

bool IsGrey(int photometric) { return photometric == PHOTOMETRIC_MINISBLACK || photometric == PHOTOMETRIC_MINISWHITE; }

int Orientation(const TiffFile& file) {
  uint16_t orientation = 0;
  if (TIFFGetField(file.get(), TIFFTAG_ORIENTATION, &orientation) == 1) {
    return orientation >= 1 && orientation <= 8 ? orientation : 1;
  }
  uint32_t size = 0;
  const char* xmp = nullptr;
  if (TIFFGetField(file.get(), TIFFTAG_XMLPACKET, &size, &xmp) != 1) return 1;
  return ParseOrientation("", {xmp, size});
}

// Takes the high byte of 16 bits; libtiff's own conversion would round.
void Decode16Bit(const TiffFile& file, const ImageHeader& header, Image* out) {
  const int samples = file.Field(TIFFTAG_SAMPLESPERPIXEL), photometric = file.Field(TIFFTAG_PHOTOMETRIC);
  const int channels = out->channels();
  const bool known = IsGrey(photometric) || (photometric == PHOTOMETRIC_RGB && samples >= 3);
  const bool rows_of_pixels = file.Field(TIFFTAG_PLANARCONFIG) == PLANARCONFIG_CONTIG && !TIFFIsTiled(file.get());
  if (!known || !rows_of_pixels || file.Field(TIFFTAG_SAMPLEFORMAT) != SAMPLEFORMAT_UINT) {
    throw Error("TIFF: 16 bits are supported only as rows of grey or RGB pixels of unsigned integers");
  }
  const size_t row_samples = static_cast<size_t>(header.width) * static_cast<size_t>(samples);
  if (TIFFScanlineSize64(file.get()) != row_samples * sizeof(uint16_t)) throw Error("TIFF: damaged header");
  std::vector<uint16_t> row(row_samples);
  const uint8_t invert = photometric == PHOTOMETRIC_MINISWHITE ? 0xff : 0;
  for (int y = 0; y < header.height; ++y) {
    if (TIFFReadScanline(file.get(), row.data(), static_cast<uint32_t>(y), 0) != 1) file.Fail();
    uint8_t* pixel = out->row(y);
    for (size_t i = 0; i < row_samples; i += static_cast<size_t>(samples), pixel += channels) {
      for (int c = 0; c < channels; ++c) pixel[c] = static_cast<uint8_t>(row[i + static_cast<size_t>(c)] >> 8) ^ invert;
    }
  }
}

void DecodeRgba(const TiffFile& file, const ImageHeader& header, Image* out) {
  char reason[1024] = "";
  if (TIFFRGBAImageOK(file.get(), reason) != 1) throw Error(std::string("TIFF: ") + reason);
  // libtiff would multiply colours by an alpha that is not "associated"; here alpha is dropped.
  uint16_t extra_count = 0;
  const uint16_t* extra = nullptr;
  if (TIFFGetField(file.get(), TIFFTAG_EXTRASAMPLES, &extra_count, &extra) == 1 && extra_count > 0) {
    std::vector<uint16_t> associated(extra_count, EXTRASAMPLE_ASSOCALPHA);
    TIFFSetField(file.get(), TIFFTAG_EXTRASAMPLES, extra_count, associated.data());
  }
  TIFFSetField(file.get(), TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);

  const size_t pixels = static_cast<size_t>(header.width) * static_cast<size_t>(header.height);
  const std::unique_ptr<uint32_t[]> rgba(new uint32_t[pixels]);
  if (TIFFReadRGBAImageOriented(file.get(), static_cast<uint32_t>(header.width), static_cast<uint32_t>(header.height),
                                rgba.get(), ORIENTATION_TOPLEFT, 1) != 1) {
    file.Fail();
  }
  uint8_t* pixel = out->data();
  for (size_t i = 0; i < pixels; ++i, pixel += out->channels()) {
    pixel[0] = static_cast<uint8_t>(TIFFGetR(rgba[i]));
    if (out->channels() == 1) continue;
    pixel[1] = static_cast<uint8_t>(TIFFGetG(rgba[i]));
    pixel[2] = static_cast<uint8_t>(TIFFGetB(rgba[i]));
  }
}

}  // namespace

ImageHeader ReadTiffHeader(std::string_view bytes) {
  const TiffFile file(bytes);
  uint32_t width = 0, height = 0;
  TIFFGetField(file.get(), TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(file.get(), TIFFTAG_IMAGELENGTH, &height);
  CheckPictureSize(width, height);
  ImageHeader header;
  header.format = ImageFormat::kTiff;
  header.width = static_cast<int>(width);
  header.height = static_cast<int>(height);
  header.bits = file.Field(TIFFTAG_BITSPERSAMPLE);
  const int photometric = file.Field(TIFFTAG_PHOTOMETRIC), samples = file.Field(TIFFTAG_SAMPLESPERPIXEL);
  if (samples > kMaxSamples) throw Error("TIFF: " + std::to_string(samples) + " samples a pixel are not supported");
  header.cmyk = photometric == PHOTOMETRIC_SEPARATED;
  header.channels = IsGrey(photometric) ? std::min(samples, 2) : std::clamp(samples, 3, 4);
  header.orientation = Orientation(file);
  return header;
}

void DecodeTiff(std::string_view bytes, const ImageHeader& header, Image* out) {
  const TiffFile file(bytes);
  out->Reset(header.height, header.width, header.channels <= 2 ? 1 : 3);
  if (header.bits == 16) {
    Decode16Bit(file, header, out);
  } else {
    DecodeRgba(file, header, out);
  }
}

}  // namespace dataset

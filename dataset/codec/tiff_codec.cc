#include "dataset/codec/tiff_codec.h"

#include <tiffio.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/codec/image_header.h"
#include "dataset/image/color.h"
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

// Returns the type of the values of more than 8 bits a channel; nullopt: they are in a form that is not read.
std::optional<DeepImage::Type> DeepTypeOf(const TiffFile& file) {
  const int bits = file.Field(TIFFTAG_BITSPERSAMPLE), format = file.Field(TIFFTAG_SAMPLEFORMAT);
  const int samples = file.Field(TIFFTAG_SAMPLESPERPIXEL), photometric = file.Field(TIFFTAG_PHOTOMETRIC);
  const bool known = IsGrey(photometric) || (photometric == PHOTOMETRIC_RGB && samples >= 3);
  if (!known || file.Field(TIFFTAG_PLANARCONFIG) != PLANARCONFIG_CONTIG || TIFFIsTiled(file.get())) return {};
  if (bits == 16 && format == SAMPLEFORMAT_UINT) return DeepImage::Type::kUint16;
  if (bits == 16 && format == SAMPLEFORMAT_INT) return DeepImage::Type::kInt16;
  if (bits == 32 && format == SAMPLEFORMAT_IEEEFP) return DeepImage::Type::kFloat32;
  return {};
}

// Whether a later page is a picture of its own, not a thumbnail or mask of the first. Leaves `file` at some other page.
bool HasMorePages(const TiffFile& file) {
  constexpr int kMostLooked = 16;
  for (int page = 1; page < kMostLooked && TIFFReadDirectory(file.get()) == 1; ++page) {
    uint32_t kind = 0;
    TIFFGetFieldDefaulted(file.get(), TIFFTAG_SUBFILETYPE, &kind);
    if ((kind & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK)) == 0) return true;
  }
  return false;
}

void CheckForm(const TiffFile& file, const ImageHeader& header) {
  char reason[1024] = "";
  const int samples = file.Field(TIFFTAG_SAMPLESPERPIXEL), format = file.Field(TIFFTAG_SAMPLEFORMAT);
  if (IsGrey(file.Field(TIFFTAG_PHOTOMETRIC)) && samples > 2) {
    throw Error("TIFF: has " + std::to_string(samples) + " bands and says of none which colour it is; write it as RGB");
  }
  for (const auto& [colours, name] : {std::pair(PHOTOMETRIC_ICCLAB, "ICCLab"), {PHOTOMETRIC_ITULAB, "ITULab"}}) {
    if (file.Field(TIFFTAG_PHOTOMETRIC) == colours) {
      throw Error(std::string("TIFF: colours of ") + name + " are not read; convert it to RGB");
    }
  }
  if (header.bits <= 8 && format != SAMPLEFORMAT_UINT && format != SAMPLEFORMAT_VOID) {
    throw Error("TIFF: values of 8 bits are read only without a sign");
  }
  if (header.bits > 8) {
    if (DeepTypeOf(file)) return;
    throw Error(
        "TIFF: more than 8 bits are read only as rows of grey or RGB pixels of 16-bit integers or 32-bit "
        "floats");
  }
  if (TIFFRGBAImageOK(file.get(), reason) != 1) throw Error(std::string("TIFF: ") + reason);
}

template <typename Value>
void CopyPixels(const uint8_t* row, size_t samples, const DeepImage& deep, uint8_t* out) {
  const size_t channels = static_cast<size_t>(deep.channels());
  const Value* from = reinterpret_cast<const Value*>(row);
  Value* to = reinterpret_cast<Value*>(out);
  for (int x = 0; x < deep.width(); ++x, from += samples, to += channels) std::copy_n(from, channels, to);
}

void DecodeRgba(const TiffFile& file, const ImageHeader& header, Image* out) {
  // libtiff would multiply colours by an alpha that is not "associated"; here alpha is dropped.
  uint16_t extra_count = 0;
  const uint16_t* extra = nullptr;
  if (TIFFGetField(file.get(), TIFFTAG_EXTRASAMPLES, &extra_count, &extra) == 1 && extra_count > 0) {
    std::vector<uint16_t> associated(extra_count, EXTRASAMPLE_ASSOCALPHA);
    TIFFSetField(file.get(), TIFFTAG_EXTRASAMPLES, extra_count, associated.data());
  }
  TIFFSetField(file.get(), TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  // It would make a yellow picture of CIELab, whose white is that of another light; so it gives the values as they are.
  const bool lab = file.Field(TIFFTAG_PHOTOMETRIC) == PHOTOMETRIC_CIELAB;
  if (lab) TIFFSetField(file.get(), TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);

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
  if (lab) LabToRgb({out->data(), 3 * pixels});
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
  header.channels = IsGrey(photometric) ? samples : std::clamp(samples, 3, 4);
  header.orientation = Orientation(file);
  CheckForm(file, header);
  header.animated = HasMorePages(file);
  return header;
}

void DecodeTiff(std::string_view bytes, const ImageHeader& header, Image* out) {
  if (header.bits > 8) {
    DeepImage deep;
    DecodeDeepTiff(bytes, header, &deep);
    ToBytes(deep, {}, out);
    return;
  }
  const TiffFile file(bytes);
  out->Reset(header.height, header.width, header.channels <= 2 ? 1 : 3);
  DecodeRgba(file, header, out);
}

void DecodeDeepTiff(std::string_view bytes, const ImageHeader& header, DeepImage* out) {
  const TiffFile file(bytes);
  CheckForm(file, header);
  const size_t samples = file.Field(TIFFTAG_SAMPLESPERPIXEL), value_bytes = static_cast<size_t>(header.bits) / 8;
  const size_t row_bytes = static_cast<size_t>(header.width) * samples * value_bytes;
  if (TIFFScanlineSize64(file.get()) != row_bytes) throw Error("TIFF: damaged header");
  out->Reset(header.height, header.width, header.channels <= 2 ? 1 : 3, *DeepTypeOf(file));
  out->inverted = file.Field(TIFFTAG_PHOTOMETRIC) == PHOTOMETRIC_MINISWHITE;
  std::vector<uint8_t> row(row_bytes);
  for (int y = 0; y < header.height; ++y) {
    if (TIFFReadScanline(file.get(), row.data(), static_cast<uint32_t>(y), 0) != 1) file.Fail();
    value_bytes == 4 ? CopyPixels<uint32_t>(row.data(), samples, *out, out->row(y))
                     : CopyPixels<uint16_t>(row.data(), samples, *out, out->row(y));
  }
}

}  // namespace dataset

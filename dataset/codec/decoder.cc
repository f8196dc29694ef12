#include "dataset/codec/decoder.h"

#include <cassert>
#include <string>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/codec/codec_table.h"
#include "dataset/codec/image_header.h"
#include "dataset/codec/unread_format.h"
#include "dataset/image/color.h"
#include "dataset/image/orientation.h"

namespace dataset {
namespace {

const CodecRow& FindCodec(std::string_view bytes) {
  const CodecRow* const codec = SniffCodec(bytes);
  if (codec != nullptr) return *codec;
  if (bytes.empty()) throw Error("an empty file");
  const std::string unread = WhyFormatIsUnread(bytes);
  throw Error(unread.empty() ? "not a " + ListCodecs() + " file" : unread);
}

}  // namespace

ImageHeader ReadImageHeader(std::string_view bytes) { return FindCodec(bytes).read_header(bytes); }

std::optional<Size> PeekImageSize(std::string_view beginning) {
  try {
    const CodecRow* const codec = SniffCodec(beginning);
    if (codec != nullptr && codec->peek_size != nullptr) return codec->peek_size(beginning);
  } catch (const Error&) {
    // The whole file may be readable; if not, its error is the one to report.
  }
  return std::nullopt;
}

bool HasGoodEnds(std::string_view beginning, std::string_view end) {
  const CodecRow* const codec = SniffCodec(beginning);
  return codec != nullptr && codec->has_good_ends != nullptr && codec->has_good_ends(beginning, end);
}

bool MayBeDeep(std::string_view beginning) {
  constexpr size_t kPngBits = 24;  // the place of IHDR's bits
  const CodecRow* const codec = SniffCodec(beginning);
  if (codec == nullptr || codec->decode_deep == nullptr) return false;
  return codec->format != ImageFormat::kPng || (beginning.size() > kPngBits && beginning[kPngBits] == 16);
}

bool DecodeDeep(std::string_view bytes, DeepImage* out) {
  const CodecRow& codec = FindCodec(bytes);
  const ImageHeader header = codec.read_header(bytes);
  if (header.bits <= 8 || codec.decode_deep == nullptr) return false;
  codec.decode_deep(bytes, header, out);
  return true;
}

FineRect DecodeImage(std::string_view bytes, const DecodeOptions& options, Image* out, bool* clipped) {
  if (clipped != nullptr) *clipped = false;
  assert(options.channels == 0 || options.channels == 1 || options.channels == 3);
  const CodecRow& codec = FindCodec(bytes);
  if (codec.decode_part != nullptr) return codec.decode_part(bytes, options, out);

  const ImageHeader header = codec.read_header(bytes);
  CheckPicture(options, header);
  if (header.bits > 8 && codec.decode_deep != nullptr && options.depth.kind != Depth::Kind::kHighByte) {
    DeepImage deep;
    codec.decode_deep(bytes, header, &deep);
    const bool outside = ToBytes(deep, options.depth, out);
    if (clipped != nullptr) *clipped = outside;
  } else {
    codec.decode(bytes, header, out);
  }
  Image scratch;
  if (options.channels != 0 && options.channels != out->channels()) {
    scratch.Reset(out->height(), out->width(), options.channels);
    ConvertChannels(out->data(), out->channels(), static_cast<size_t>(out->height()) * out->width(), options.channels,
                    scratch.data());
    std::swap(*out, scratch);
  }
  if (header.orientation != 1) {
    ApplyOrientation(*out, header.orientation, &scratch);
    std::swap(*out, scratch);
  }
  return options.crop == Rect{} ? Rect{0, 0, out->width(), out->height()} : options.crop;
}

void CheckImage(std::string_view bytes, DecodeOptions options, Image* scratch) {
  options.channels = 0;
  options.min_width = options.min_height = 1;
  options.crop = {};
  DecodeImage(bytes, options, scratch);
}

}  // namespace dataset

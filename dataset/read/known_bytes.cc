#include "dataset/read/known_bytes.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "dataset/base/error.h"
#include "dataset/base/utf8.h"
#include "dataset/codec/image_header.h"
#include "dataset/record/example_wire.h"

namespace dataset {
namespace {

struct Magic {
  size_t at;
  std::string_view bytes;
  const char* name;
};

constexpr Magic kMagics[] = {
    {4, "ftyp", "a video file"},
    {0, std::string_view("\0\0\0\x0cjP  ", 8), "a JPEG 2000 file"},
    {0, "\xff\x4f\xff\x51", "a JPEG 2000 file"},
    {0, "\x93NUMPY", "a NumPy file"},
    {0, "PK\x03\x04", "a ZIP file"},
    {0, "\x1f\x8b", "gzip data"},
    {0, "\x78\x9c", "zlib data"},
    {0, "\x80\x03", "a Python pickle"},
    {0, "\x80\x04", "a Python pickle"},
    {0, "\x80\x05", "a Python pickle"},
};

// TensorFlow's names of types by their number; "": not a type of pixels or labels.
constexpr std::array<std::string_view, 24> kTypes = {
    "", "float32", "float64",  "int32", "uint8", "int16",  "int8", "string",  "", "int64", "bool",   "",
    "", "",        "bfloat16", "",      "",      "uint16", "",     "float16", "", "",      "uint32", "uint64"};

constexpr size_t kBase64Chars = 24;  // they hold the 18 bytes that tell an image format
constexpr size_t kShownBytes = 40;

std::optional<uint32_t> Base64Digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return std::nullopt;
}

// Returns the image format that a base64 text of either alphabet begins with, perhaps as a data: URL.
std::optional<ImageFormat> Base64Format(std::string_view text) {
  constexpr std::string_view kUrl = ";base64,";
  const size_t comma = text.substr(0, 64).find(kUrl);
  if (text.starts_with("data:") && comma != text.npos) text.remove_prefix(comma + kUrl.size());
  if (text.size() < kBase64Chars) return std::nullopt;
  std::string bytes;
  for (size_t i = 0; i < kBase64Chars; i += 4) {
    uint32_t group = 0;
    for (const char c : text.substr(i, 4)) {
      const std::optional<uint32_t> digit = Base64Digit(c);
      if (!digit) return std::nullopt;
      group = group << 6 | *digit;
    }
    bytes += {static_cast<char>(group >> 16), static_cast<char>(group >> 8), static_cast<char>(group)};
  }
  return SniffImageFormat(bytes);
}

bool Is(const Field& field, uint32_t number, WireType type) { return field.number == number && field.type == type; }

// Returns type and shape of a TensorProto as tf.io.serialize_tensor writes it: fields 1 (type) and 2 (shape) first.
std::optional<std::string> Tensor(std::string_view bytes) {
  const Place nowhere;
  try {
    FieldReader tensor(bytes, nowhere);
    Field type, shape;
    if (!tensor.Next(&type) || !Is(type, 1, kVarint) || type.varint >= kTypes.size() || kTypes[type.varint].empty()) {
      return std::nullopt;
    }
    if (!tensor.Next(&shape) || !Is(shape, 2, kLength)) return std::nullopt;
    std::string sides;
    FieldReader dims(shape.bytes, nowhere);
    for (Field dim; dims.Next(&dim);) {
      FieldReader parts(dim.bytes, nowhere);
      Field size;
      if (!Is(dim, 2, kLength) || !parts.Next(&size) || !Is(size, 1, kVarint)) return std::nullopt;
      sides += (sides.empty() ? ", " : " x ") + std::to_string(size.varint);
    }
    return std::string(kTypes[type.varint]) + sides;
  } catch (const Error&) {
    return std::nullopt;  // they are no fields
  }
}

}  // namespace

std::string KnownBytes(std::string_view bytes) {
  if (bytes.empty()) return "empty";
  if (const std::optional<std::string> tensor = Tensor(bytes)) return "a serialised tensor (" + *tensor + ")";
  if (const std::optional<ImageFormat> format = Base64Format(bytes)) {
    return "base64 text of a " + std::string(NameOf(*format)) + " file";
  }
  for (const Magic& magic : kMagics) {
    if (bytes.size() > magic.at && bytes.substr(magic.at).starts_with(magic.bytes)) return magic.name;
  }
  if (IsUtf8(bytes) && !HasControlCharacter(bytes)) {
    // A text may be cut within a character; Printable then shows a byte of it.
    return "text, \"" + Printable(bytes.substr(0, kShownBytes)) + (bytes.size() > kShownBytes ? "...\"" : "\"");
  }
  return "";
}

}  // namespace dataset

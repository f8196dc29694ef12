#include "dataset/io/text_encoding.h"

#include <cstdint>

#include "dataset/base/error.h"
#include "dataset/base/utf8.h"

namespace dataset {
namespace {

constexpr std::string_view kMark = "\xef\xbb\xbf";
constexpr char kSaveAs[] = "save it as UTF-8 (\"CSV UTF-8\" in a spreadsheet)";

constexpr struct {
  std::string_view beginning;
  const char* what;
} kNoText[] = {
    {std::string_view("PK\x03\x04", 4), "is a zip file or a spreadsheet (.xlsx, .ods), no text; save it as CSV UTF-8"},
    {std::string_view("\xd0\xcf\x11\xe0", 4), "is an Excel file (.xls), no text; save it as CSV UTF-8"},
    {std::string_view("\x1f\x8b", 2), "is compressed by gzip; unpack it first"},
    {std::string_view("PAR1", 4), "is a Parquet file, no text; save it as CSV"},
    {std::string_view("\xff\xfe\0\0", 4), "is UTF-32; save it as UTF-8"},
    {std::string_view("\0\0\xfe\xff", 4), "is UTF-32; save it as UTF-8"},
};

void AppendUtf8(uint32_t code, std::string* out) {
  const auto tail = [&](int shift) { *out += static_cast<char>(0x80 | ((code >> shift) & 0x3f)); };
  if (code < 0x80) {
    *out += static_cast<char>(code);
  } else if (code < 0x800) {
    *out += static_cast<char>(0xc0 | (code >> 6));
    tail(0);
  } else if (code < 0x10000) {
    *out += static_cast<char>(0xe0 | (code >> 12));
    tail(6);
    tail(0);
  } else {
    *out += static_cast<char>(0xf0 | (code >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

[[noreturn]] void Fail(const std::string& file, std::string_view before, const std::string& cause) {
  throw Error(file, "line " + std::to_string(CountLineEnds(before) + 1) + ": " + cause);
}

std::string FromUtf16(std::string_view bytes, bool little, const std::string& file) {
  const size_t low = little ? 0 : 1;
  const auto unit = [&](size_t i) {
    return static_cast<uint32_t>(static_cast<unsigned char>(bytes[i + low]) |
                                 static_cast<unsigned char>(bytes[i + 1 - low]) << 8);
  };
  std::string text;
  text.reserve(bytes.size() / 2);
  for (size_t i = 0; i < bytes.size(); i += 2) {
    if (i + 1 == bytes.size()) Fail(file, text, "the text is UTF-16 but ends within a character; save the file anew");
    uint32_t code = unit(i);
    const bool high = code >= 0xd800 && code < 0xdc00;
    if (high && i + 3 < bytes.size() && unit(i + 2) >= 0xdc00 && unit(i + 2) < 0xe000) {
      code = 0x10000 + ((code - 0xd800) << 10) + (unit(i + 2) - 0xdc00);
      i += 2;
    } else if (code >= 0xd800 && code < 0xe000) {
      Fail(file, text, std::string("half a UTF-16 character; ") + kSaveAs);
    }
    if (code != 0xfeff || !text.empty()) AppendUtf8(code, &text);
  }
  return text;
}

}  // namespace

DecodedText DecodeText(std::string_view bytes, const std::string& file) {
  for (const auto& format : kNoText) {
    if (bytes.starts_with(format.beginning)) throw Error(file, format.what);
  }
  const auto begins = [&](char first, char second) {
    return bytes.size() >= 2 && bytes[0] == first && bytes[1] == second;
  };
  if (begins('\xff', '\xfe')) return {FromUtf16(bytes.substr(2), true, file), TextEncoding::kUtf16Little};
  if (begins('\xfe', '\xff')) return {FromUtf16(bytes.substr(2), false, file), TextEncoding::kUtf16Big};
  if (bytes.size() >= 2 && (bytes[0] == '\0') != (bytes[1] == '\0')) {
    const bool little = bytes[1] == '\0';
    return {FromUtf16(bytes, little, file), little ? TextEncoding::kUtf16Little : TextEncoding::kUtf16Big};
  }
  const bool mark = bytes.starts_with(kMark);
  while (bytes.starts_with(kMark)) bytes.remove_prefix(kMark.size());
  const size_t valid = ValidUtf8Length(bytes);
  if (valid < bytes.size()) {
    Fail(file, bytes.substr(0, valid),
         "byte " + Printable(bytes.substr(valid, 1)) + " is not UTF-8; " + kSaveAs +
             ", or convert it, such as by iconv from WINDOWS-1252 to UTF-8");
  }
  return {std::string(bytes), mark ? TextEncoding::kUtf8Mark : TextEncoding::kUtf8};
}

size_t CountLineEnds(std::string_view text) {
  size_t count = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'))) ++count;
  }
  return count;
}

}  // namespace dataset

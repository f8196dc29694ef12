#include "dataset/codec/png_text.h"

#include <zlib.h>

#include <cstdint>

namespace dataset {
namespace {

constexpr uLongf kMaxText = 1 << 20;

std::string Inflate(std::string_view compressed) {
  std::string text(kMaxText, '\0');
  uLongf size = kMaxText;
  if (uncompress(reinterpret_cast<Bytef*>(text.data()), &size, reinterpret_cast<const Bytef*>(compressed.data()),
                 compressed.size()) != Z_OK) {
    return "";
  }
  text.resize(size);
  return text;
}

// Removes what is before the first zero byte, and that byte. Returns false if there is none.
bool SkipField(std::string_view* data) {
  const size_t end = data->find('\0');
  if (end == data->npos) return false;
  data->remove_prefix(end + 1);
  return true;
}

int DigitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace

bool IsPngText(std::string_view type, std::string_view data, std::string_view keyword) {
  return (type == "tEXt" || type == "zTXt" || type == "iTXt") && data.starts_with(keyword) &&
         data.substr(keyword.size()).starts_with('\0');
}

std::string ReadPngText(std::string_view type, std::string_view data, std::string_view keyword) {
  if (!IsPngText(type, data, keyword)) return "";
  const bool compressed = type == "zTXt", international = type == "iTXt";
  data.remove_prefix(keyword.size() + 1);
  if (!compressed && !international) return std::string(data);
  // A flag of compression, which zTXt has not, and its method.
  const size_t fixed = compressed ? 1 : 2;
  if (data.size() < fixed) return "";
  const bool deflated = compressed || data[0] != 0;
  data.remove_prefix(fixed);
  const int fields = international ? 2 : 0;  // language and translated keyword
  for (int i = 0; i < fields; ++i) {
    if (!SkipField(&data)) return "";
  }
  return deflated ? Inflate(data) : std::string(data);
}

std::string ReadPngExifText(std::string_view type, std::string_view data) {
  const std::string text = ReadPngText(type, data, kPngExifKeyword);
  size_t at = 0;
  for (int line = 0; line < 3; ++line) {  // an empty one, the name, the number of bytes
    at = text.find('\n', at);
    if (at == text.npos) return "";
    ++at;
  }
  std::string exif;
  int high = -1;
  for (const char c : std::string_view(text).substr(at)) {
    const int digit = DigitOf(c);
    if (digit < 0) continue;
    if (high >= 0) exif += static_cast<char>(high << 4 | digit);
    high = high >= 0 ? -1 : digit;
  }
  return exif;
}

}  // namespace dataset

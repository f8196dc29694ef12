#include "train/weights/quote.h"

namespace train {

std::string Quote(std::string_view name) {
  constexpr size_t kMaxLength = 80;
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "'";
  for (const char c : name.substr(0, kMaxLength)) {
    const unsigned char byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f) {
      text += c;
    } else {
      text += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return text + (name.size() > kMaxLength ? "...'" : "'");
}

}  // namespace train

#include "dataset/base/folded_name.h"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>

namespace dataset {
namespace {

bool IsBlank(utf8proc_int32_t character) {
  const utf8proc_category_t category = utf8proc_category(character);
  return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP ||
         (character >= '\t' && character <= '\r');
}

// `text` must be UTF-8.
std::string WithSingleBlanks(std::string_view text) {
  std::string result;
  bool blank = false;
  while (!text.empty()) {
    utf8proc_int32_t character = 0;
    const auto size = static_cast<size_t>(utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                                           static_cast<utf8proc_ssize_t>(text.size()), &character));
    if (IsBlank(character)) {
      blank = true;
    } else {
      if (blank && !result.empty()) result += ' ';
      blank = false;
      result += text.substr(0, size);
    }
    text.remove_prefix(size);
  }
  return result;
}

}  // namespace

std::string FoldedName(std::string_view name) {
  constexpr int kOptions = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
  utf8proc_uint8_t* mapped = nullptr;
  const utf8proc_ssize_t size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(name.data()), static_cast<utf8proc_ssize_t>(name.size()),
                   &mapped, static_cast<utf8proc_option_t>(kOptions));
  const std::unique_ptr<utf8proc_uint8_t, void (*)(void*)> owner(mapped, std::free);
  if (size < 0) return std::string(name);
  return WithSingleBlanks({reinterpret_cast<const char*>(mapped), static_cast<size_t>(size)});
}

}  // namespace dataset

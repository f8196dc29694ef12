#include "dataset/base/folded_name.h"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>
#include <optional>

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

// nullopt if the text is not UTF-8.
std::optional<std::string> Mapped(std::string_view text, int options) {
  utf8proc_uint8_t* mapped = nullptr;
  const utf8proc_ssize_t size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                   &mapped, static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, void (*)(void*)> owner(mapped, std::free);
  if (size < 0) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(mapped), static_cast<size_t>(size));
}

}  // namespace

std::string FoldedName(std::string_view name) {
  const std::optional<std::string> folded =
      Mapped(name, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
  return folded ? WithSingleBlanks(*folded) : std::string(name);
}

std::string ComposedName(std::string_view name) {
  return Mapped(name, UTF8PROC_STABLE | UTF8PROC_COMPOSE).value_or(std::string(name));
}

}  // namespace dataset

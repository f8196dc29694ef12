#include "dataset/source/no_value.h"

#include <algorithm>
#include <string>

#include "dataset/base/ascii.h"
#include "dataset/io/table_reader.h"

namespace dataset {
namespace {

constexpr std::string_view kTexts[] = {"nan",  "na",      "n/a",    "n.a.",      "<na>",    "nat",   "null",
                                       "nil",  "none",    "(null)", "undefined", "?",       "-",     "--",
                                       "#n/a", "#value!", "#name?", "#ref!",     "#div/0!", "#num!", "#null!"};

}  // namespace

bool IsNoValue(std::string_view text) {
  const std::string lower = AsciiLower(Trimmed(text));
  return std::find(std::begin(kTexts), std::end(kTexts), lower) != std::end(kTexts);
}

}  // namespace dataset

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dataset {

// A class as a class map numbers it.
struct ClassRow {
  uint32_t number = 0;
  std::string name;
  std::string place;  // "line 3"
};

// The half of ParseClassMap that is for texts which number their classes: JSON, a label map of TensorFlow's object
// detection, and lines of a number and a name. `text` is UTF-8. Returns nullopt for a plain list of names. Throws Error
// with `file` for what is like one of them, but is not. Internal to ParseClassMap.
std::optional<std::vector<ClassRow>> ParseClassRows(std::string_view text, uint32_t label_base,
                                                    const std::string& file);

// The lines of a text, which end in LF or CRLF.
std::vector<std::string_view> LinesOf(std::string_view text);

}  // namespace dataset

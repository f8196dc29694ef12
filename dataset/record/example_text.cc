#include "dataset/record/example_text.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <type_traits>
#include <utility>
#include <variant>

namespace dataset {
namespace {

constexpr size_t kShownBytes = 64;
constexpr size_t kShownValues = 16;

// Escapes as in C, in octal for bytes that are not printable ASCII.
std::string Quoted(std::string_view bytes) {
  std::string out = "\"";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '"' || c == '\'' || c == '\\') {
      out += {'\\', c};
    } else if (byte < 0x20 || byte >= 0x7f) {
      out += {'\\', static_cast<char>('0' + (byte >> 6)), static_cast<char>('0' + (byte >> 3 & 7)),
              static_cast<char>('0' + (byte & 7))};
    } else {
      out += c;
    }
  }
  return out + '"';
}

class Formatter {
 public:
  explicit Formatter(TextLength length) : full_(length == TextLength::kFull) {}

  std::string Format(const ExampleView& example) {
    Open("features");
    for (const auto& [key, feature] : example) {
      Open("feature");
      Line("key: " + Quoted(key));
      Open("value");
      std::visit([this](const auto& list) { Append(list); }, feature);
      Close();
      Close();
    }
    Close();
    return std::move(out_);
  }

 private:
  void Append(std::monostate) {}

  template <typename Value>
  void Append(const std::vector<Value>& list) {
    Open(std::is_same_v<Value, float> ? "float_list" : std::is_same_v<Value, int64_t> ? "int64_list" : "bytes_list");
    const size_t shown = full_ ? list.size() : std::min(list.size(), kShownValues);
    for (size_t i = 0; i < shown; ++i) Line("value: " + Text(list[i]));
    if (shown < list.size()) Line("# " + std::to_string(shown) + " of " + std::to_string(list.size()) + " values");
    Close();
  }

  std::string Text(std::string_view bytes) const {
    if (full_ || bytes.size() <= kShownBytes) return Quoted(bytes);
    return Quoted(bytes.substr(0, kShownBytes)) + "  # " + std::to_string(kShownBytes) + " of " +
           std::to_string(bytes.size()) + " bytes";
  }

  std::string Text(int64_t value) const { return std::to_string(value); }

  // As protoc, writes 6 digits if they read back as the same float, else 9. (protoc never finds that they do for a
  // subnormal float.)
  std::string Text(float value) const {
    if (std::isnan(value)) return "nan";
    char text[32];
    for (const int digits : {std::numeric_limits<float>::digits10, std::numeric_limits<float>::max_digits10}) {
      std::snprintf(text, sizeof(text), "%.*g", digits, static_cast<double>(value));
      if (std::fpclassify(value) != FP_SUBNORMAL && std::strtof(text, nullptr) == value) break;
    }
    return text;
  }

  void Open(const char* name) {
    Line(std::string(name) + " {");
    indent_ += 2;
  }

  void Close() {
    indent_ -= 2;
    Line("}");
  }

  void Line(const std::string& text) { out_.append(indent_, ' ').append(text) += '\n'; }

  const bool full_;
  std::string out_;
  size_t indent_ = 0;
};

}  // namespace

std::string FormatExampleText(const ExampleView& example, TextLength length) {
  return Formatter(length).Format(example);
}

}  // namespace dataset

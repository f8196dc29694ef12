#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>

namespace dataset {

// Where in the input something is wrong. Parts that do not apply stay empty.
struct Place {
  std::string file;
  std::optional<uint64_t> record;  // number within the file, from 0
  std::optional<uint64_t> offset;  // byte within the file (or its inflated content)

  // "FILE: record 17 at byte 4096", "FILE: byte 9", "FILE", or "".
  std::string ToString() const;
};

// The only exception of these libraries. what() is one line in plain words: the place, then the cause, then the cure if
// there is one. Messages and warnings name an option in backticks by its C++ name, "`min_per_class` 0: it must be at
// least 1", or by the value of an enum that programs have as a flag, `overwrite` or `resume`; programs make flags of
// these names (tools/cli/flag_names.h). Caller bugs are asserts, the end of data is a return value, and a rejected
// image is a listed value.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& cause);
  Error(const std::filesystem::path& file, const std::string& cause);
  Error(const Place& place, const std::string& cause);

  // Options that contradict each other or lie out of range: the tools end with 2, as for a misspelt flag.
  static Error Usage(const std::string& cause);
  // A failed system call: "cause: strerror(number)".
  static Error System(const std::filesystem::path& file, const std::string& cause, int error_number);

  bool usage() const { return usage_; }

 private:
  bool usage_ = false;
};

}  // namespace dataset

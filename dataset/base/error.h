#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>

namespace dataset {

// The place of a fault in the input. Parts that do not apply stay empty.
struct Place {
  std::string file;
  std::optional<uint64_t> record;  // number within the file, counted from 0
  std::optional<uint64_t> offset;  // byte within the file, or within its inflated content if the file is compressed

  // Returns "FILE: record 17 at byte 4096", "FILE: byte 9", "FILE" or "", by the parts that are there.
  std::string ToString() const;
};

// The only exception that these libraries throw on purpose. what() is one line in plain words: the place, then the
// cause, then the cure if there is one. Three things are no Errors: a caller's bug is an assert, the end of data is a
// return value, and a rejected image is an entry in a list.
//
// Messages and warnings name an option in backticks by its C++ name ("`min_per_class` 0: it must be at least 1"), or by
// an enum's value that is a flag of the programs (`overwrite`, `resume`). The programs turn these names into flags
// (tools/cli/flag_names.h).
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& cause);
  Error(const std::filesystem::path& file, const std::string& cause);
  Error(const Place& place, const std::string& cause);

  // An error about options that contradict each other or lie out of range. The tools then exit with code 2, as for a
  // misspelt flag.
  static Error Usage(const std::string& cause);
  // An error about a failed system call: "FILE: CAUSE: strerror(error_number)". For a full disk or quota (ENOSPC,
  // EDQUOT) it names the cure.
  static Error System(const std::filesystem::path& file, const std::string& cause, int error_number);

  bool usage() const { return usage_; }

 private:
  bool usage_ = false;
};

}  // namespace dataset

#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/io/descriptor.h"
#include "dataset/io/sync.h"

namespace train {

// Writes an array of rows as numpy's .npy, version 1.0: C order, little-endian. The number of rows may be unknown until
// the end. Throws dataset::Error if it cannot write. Not thread-safe.
class NpyFile {
 public:
  // `type` is numpy's name of the values: "<f4", "<i8", "<u4". `row` has the sides of a row; none of numbers.
  NpyFile(const std::filesystem::path& path, std::string type, std::vector<int64_t> row);
  // The bytes of whole rows.
  void Append(std::string_view rows);
  // Writes the header, which tells so many rows.
  void Close(int64_t rows, dataset::Sync sync);

 private:
  std::filesystem::path path_;
  std::string type_;
  std::vector<int64_t> row_;
  dataset::ScopedFd fd_;
};

}  // namespace train

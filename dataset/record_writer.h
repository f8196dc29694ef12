#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "dataset/file.h"

namespace dataset {

inline constexpr uint64_t kRecordHeaderBytes = 12;
inline constexpr uint64_t kRecordFooterBytes = 4;
inline constexpr uint64_t kRecordOverheadBytes = kRecordHeaderBytes + kRecordFooterBytes;
inline constexpr uint64_t kMaxRecordBytes = (uint64_t{1} << 31) - 1;

// Writes TFRecord framing (proto/FORMAT.md, section 3) to a file of its own. Not thread-safe.
class RecordWriter {
 public:
  explicit RecordWriter(const std::filesystem::path& path) : file_(path) {}

  // Returns the offset of the record's length field. Refuses payloads above kMaxRecordBytes.
  uint64_t Write(std::string_view payload);
  // Mandatory on success.
  void Close(Sync sync) { file_.Close(sync); }

  uint64_t bytes() const { return file_.bytes(); }
  uint64_t records() const { return records_; }
  // Of everything written so far, unmasked.
  uint32_t crc32c() const { return crc_; }

 private:
  void Append(std::string_view data);
  WritableFile file_;
  uint64_t records_ = 0;
  uint32_t crc_ = 0;
};

}  // namespace dataset

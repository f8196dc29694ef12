#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include "dataset/io/sync.h"
#include "dataset/io/writable_file.h"
#include "dataset/record/deflater.h"
#include "dataset/record/record_compression.h"

namespace dataset {

// A payload in pieces, so that none need be copied to another, and its CRC-32C.
struct Payload {
  std::array<std::string_view, 3> pieces;
  uint32_t crc32c = 0;

  uint64_t size() const { return uint64_t{pieces[0].size()} + pieces[1].size() + pieces[2].size(); }
};

// One above kMaxRecordBytes, which no writer takes, has no CRC.
Payload WholePayload(std::string_view bytes);

// Writes TFRecord framing (proto/FORMAT.md, section 3) to a file of its own. Not thread-safe.
class RecordWriter {
 public:
  explicit RecordWriter(const std::filesystem::path& path, RecordCompression compression = RecordCompression::kNone);

  // Returns the offset of the record's length field, in uncompressed bytes. Refuses payloads above kMaxRecordBytes.
  uint64_t Write(const Payload& payload);
  uint64_t Write(std::string_view payload) { return Write(WholePayload(payload)); }
  // Mandatory on success.
  void Close(Sync sync);

  uint64_t records() const { return records_; }
  // Of the file, after Close.
  uint64_t bytes() const { return file_.bytes(); }
  uint32_t crc32c() const { return crc_; }  // unmasked

 private:
  WritableFile file_;
  std::optional<Deflater> deflater_;
  uint64_t offset_ = 0;  // in uncompressed bytes
  uint64_t records_ = 0;
  uint32_t crc_ = 0;
};

}  // namespace dataset

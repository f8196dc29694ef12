#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "dataset/io/sync.h"
#include "dataset/io/writable_file.h"
#include "dataset/record/deflater.h"
#include "dataset/record/record_compression.h"

namespace dataset {

// A payload in up to three pieces, which need not be copied together, and the unmasked CRC-32C of the whole payload.
struct Payload {
  std::array<std::string_view, 3> pieces;
  uint32_t crc32c = 0;

  uint64_t size() const { return uint64_t{pieces[0].size()} + pieces[1].size() + pieces[2].size(); }
};

// Makes a payload of one piece. Its CRC is computed, unless it is above kMaxRecordBytes: RecordWriter refuses such a
// payload.
Payload WholePayload(std::string_view bytes);

// Returns the whole record of a payload, for files that RecordWriter does not write. Throws Error if the payload is
// above kMaxRecordBytes.
std::string FrameRecord(std::string_view payload);

// Writes a TFRecord file (proto/FORMAT.md, section 3). Every failure is an Error that names the file. Not thread-safe.
class RecordWriter {
 public:
  explicit RecordWriter(const std::filesystem::path& path, RecordCompression compression = RecordCompression::kNone);

  // Writes one record. Returns the offset of its length field, counted in uncompressed bytes. Throws Error if the
  // payload is above kMaxRecordBytes.
  uint64_t Write(const Payload& payload);
  uint64_t Write(std::string_view payload) { return Write(WholePayload(payload)); }
  // Must be called once after the last record: without it the content of the file is undefined.
  void Close(Sync sync);

  uint64_t records() const { return records_; }
  // Size and CRC-32C of the file on the disk, known after Close.
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

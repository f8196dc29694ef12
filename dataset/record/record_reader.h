#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "dataset/base/error.h"
#include "dataset/record/record_compression.h"

namespace dataset {

// Returns the payload of the record that begins at bytes[0]; other bytes may follow it. Throws Error at `place` if the
// length is too large, a CRC is wrong or the record is not complete. Pure, thread-safe.
std::string_view ParseRecord(std::string_view bytes, const Place& place);

// Returns how a file that begins with these bytes is compressed. 12 bytes are enough.
RecordCompression SniffCompression(std::string_view bytes);

// Returns the payload's length in bytes from a record's header. `bytes` are the first 12 bytes of the record; fewer, a
// wrong CRC and a length above kMaxRecordBytes throw Error at `place`.
uint64_t ParseRecordHeader(std::string_view bytes, const Place& place);

// Reads a TFRecord file front to back. The file may be plain, GZIP or ZLIB, which is recognised by its content. Not
// thread-safe.
class RecordReader {
 public:
  explicit RecordReader(const std::filesystem::path& path);
  ~RecordReader();
  RecordReader(const RecordReader&) = delete;
  RecordReader& operator=(const RecordReader&) = delete;

  // Returns the next payload, valid until the next call, or nullopt at a clean end of the file. Throws Error with file,
  // record and offset for damage: a wrong CRC, a length beyond kMaxRecordBytes or beyond the end, a broken compressed
  // stream. TFRecord has no mark at which reading could start again, so nothing can be read after damage.
  std::optional<std::string_view> Next();

  uint64_t offset() const { return offset_; }    // of the last record's length field, in the inflated file
  uint64_t records() const { return records_; }  // number returned so far
  RecordCompression compression() const;

 private:
  class Source;
  std::string_view ReadBody(size_t size);
  std::unique_ptr<Source> source_;
  std::string file_;
  std::string payload_;
  uint64_t offset_ = 0;
  uint64_t next_offset_ = 0;
  uint64_t records_ = 0;
};

}  // namespace dataset

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

// The payload of the record that begins at bytes[0]; `bytes` may go on after it. Checks length, both CRCs and that all
// of it is there; `place` is put into the Error. Pure, thread-safe.
std::string_view ParseRecord(std::string_view bytes, const Place& place);

// How a file that begins so is compressed as a whole; 12 bytes are enough.
RecordCompression SniffCompression(std::string_view bytes);

// The length of the payload after a header, of which `bytes` are the first 12 (or what there is of them).
uint64_t ParseRecordHeader(std::string_view bytes, const Place& place);

// Reads a TFRecord file, plain, GZIP or ZLIB (recognised by content), front to back. Not thread-safe.
class RecordReader {
 public:
  explicit RecordReader(const std::filesystem::path& path);
  ~RecordReader();
  RecordReader(const RecordReader&) = delete;
  RecordReader& operator=(const RecordReader&) = delete;

  // The next payload, valid until the next call; nullopt at a clean end of the file. Damage (bad CRC, a length beyond
  // kMaxRecordBytes or beyond the end, a broken compressed stream) is an Error with file, record and offset. TFRecord
  // has no resynchronisation mark, so nothing can be read after damage.
  std::optional<std::string_view> Next();

  uint64_t offset() const { return offset_; }    // of the record returned last: its length field, in inflated bytes
  uint64_t records() const { return records_; }  // returned so far
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

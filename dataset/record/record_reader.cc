#include "dataset/record/record_reader.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "dataset/base/crc32c.h"
#include "dataset/base/little_endian.h"
#include "dataset/io/readable_file.h"
#include "dataset/record/record_format.h"

namespace dataset {
namespace {

constexpr size_t kBufferBytes = size_t{256} << 10;

bool HasGoodCrc(std::string_view data, const char* masked) {
  return MaskCrc(Crc32c(data)) == LoadLittleEndian<uint32_t>(masked);
}

bool IsRecordHeader(std::string_view bytes) {
  return bytes.size() >= kRecordHeaderBytes &&
         HasGoodCrc(bytes.substr(0, sizeof(uint64_t)), bytes.data() + sizeof(uint64_t));
}

// `bytes` are the payload and its CRC, as far as they are there.
std::string_view ParseBody(std::string_view bytes, uint64_t length, const Place& place) {
  if (bytes.size() < length + kRecordFooterBytes) {
    throw Error(place, "cut off: " + std::to_string(kRecordHeaderBytes + bytes.size()) + " of its " +
                           std::to_string(kRecordOverheadBytes + length) + " bytes are there");
  }
  const std::string_view payload = bytes.substr(0, length);
  if (!HasGoodCrc(payload, bytes.data() + length)) throw Error(place, "the payload's checksum is wrong: damaged");
  return payload;
}

}  // namespace

RecordCompression SniffCompression(std::string_view bytes) {
  if (bytes.size() < 2 || IsRecordHeader(bytes)) return RecordCompression::kNone;
  const int first = static_cast<unsigned char>(bytes[0]);
  const int second = static_cast<unsigned char>(bytes[1]);
  if (first == 0x1f && second == 0x8b) return RecordCompression::kGzip;
  const bool zlib = (first & 15) == Z_DEFLATED && first >> 4 <= 7 && (first * 256 + second) % 31 == 0;
  return zlib ? RecordCompression::kZlib : RecordCompression::kNone;
}

uint64_t ParseRecordHeader(std::string_view bytes, const Place& place) {
  if (bytes.size() < kRecordHeaderBytes) {
    throw Error(place, "cut off: " + std::to_string(bytes.size()) + " of the header's " +
                           std::to_string(kRecordHeaderBytes) + " bytes are there");
  }
  if (!IsRecordHeader(bytes)) {
    throw Error(place, "the length's checksum is wrong: the file is damaged or is no TFRecord file");
  }
  const uint64_t length = LoadLittleEndian<uint64_t>(bytes.data());
  if (length > kMaxRecordBytes) {
    throw Error(place, "a length of " + std::to_string(length) + " bytes is above the limit of " +
                           std::to_string(kMaxRecordBytes));
  }
  return length;
}

std::string_view ParseRecord(std::string_view bytes, const Place& place) {
  const uint64_t length = ParseRecordHeader(bytes, place);
  return ParseBody(bytes.substr(kRecordHeaderBytes), length, place);
}

// The inflated bytes of a file.
class RecordReader::Source {
 public:
  explicit Source(const std::filesystem::path& path) : file_(path) {
    ReadFromFile();
    compression_ = SniffCompression(ready_.substr(0, kRecordHeaderBytes));
    if (compression_ == RecordCompression::kNone) return;
    inflated_ = std::make_unique_for_overwrite<char[]>(kBufferBytes);
    const int window_bits = compression_ == RecordCompression::kGzip ? 16 + MAX_WBITS : MAX_WBITS;
    if (inflateInit2(&stream_, window_bits) != Z_OK) throw Error(path, "zlib cannot start");
    file_offset_ = 0;
    ready_ = {};
  }

  ~Source() {
    if (compression_ != RecordCompression::kNone) inflateEnd(&stream_);
  }

  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  // Returns less than `size` only at the end or before damage of the compressed stream. After damage, damage() tells
  // the cause.
  size_t Read(char* out, size_t size) {
    size_t done = 0;
    while (done < size && (!ready_.empty() || Refill())) {
      const size_t part = std::min(size - done, ready_.size());
      std::memcpy(out + done, ready_.data(), part);
      ready_.remove_prefix(part);
      done += part;
    }
    return done;
  }

  const std::string& damage() const { return damage_; }
  RecordCompression compression() const { return compression_; }

 private:
  bool Refill() { return compression_ == RecordCompression::kNone ? ReadFromFile() : Inflate(); }

  bool ReadFromFile() {
    const size_t got = file_.ReadAt(file_offset_, kBufferBytes, buffer_.get());
    file_offset_ += got;
    ready_ = {buffer_.get(), got};
    return got > 0;
  }

  bool FeedStream() {
    const bool more = ReadFromFile();
    stream_.next_in = reinterpret_cast<Bytef*>(buffer_.get());
    stream_.avail_in = static_cast<uInt>(std::exchange(ready_, {}).size());
    return more;
  }

  bool Inflate() {
    size_t produced = 0;
    while (produced == 0 && damage_.empty()) {
      const bool input_ended = stream_.avail_in == 0 && !FeedStream();
      if (member_ended_) {
        if (input_ended) break;
        if (compression_ == RecordCompression::kZlib) {
          damage_ = "bytes follow the end of the compressed stream";
          break;
        }
        inflateReset(&stream_);
        member_ended_ = false;
      }
      stream_.next_out = reinterpret_cast<Bytef*>(inflated_.get());
      stream_.avail_out = kBufferBytes;
      const int result = inflate(&stream_, Z_NO_FLUSH);
      produced = kBufferBytes - stream_.avail_out;
      if (result == Z_STREAM_END) {
        member_ended_ = true;
      } else if (result == Z_BUF_ERROR && input_ended) {
        damage_ = "the compressed stream is cut off";
      } else if (result != Z_OK && result != Z_BUF_ERROR) {
        damage_ = "the compressed stream is damaged";
        if (stream_.msg != nullptr) damage_ += std::string(": ") + stream_.msg;
      }
    }
    ready_ = {inflated_.get(), produced};
    return produced > 0;
  }

  ReadableFile file_;
  uint64_t file_offset_ = 0;
  std::unique_ptr<char[]> buffer_ = std::make_unique_for_overwrite<char[]>(kBufferBytes);
  std::string_view ready_;  // read or inflated, and not taken yet
  RecordCompression compression_ = RecordCompression::kNone;
  std::unique_ptr<char[]> inflated_;
  z_stream stream_{};
  bool member_ended_ = false;
  std::string damage_;
};

RecordReader::RecordReader(const std::filesystem::path& path)
    : source_(std::make_unique<Source>(path)), file_(path.string()) {}

RecordReader::~RecordReader() = default;

RecordCompression RecordReader::compression() const { return source_->compression(); }

std::optional<std::string_view> RecordReader::Next() {
  const Place place{file_, records_, next_offset_};
  char header[kRecordHeaderBytes];
  const size_t got = source_->Read(header, sizeof(header));
  if (got < sizeof(header) && !source_->damage().empty()) throw Error(place, source_->damage());
  if (got == 0) return std::nullopt;
  const uint64_t length = ParseRecordHeader({header, got}, place);

  const std::string_view body = ReadBody(length + kRecordFooterBytes);
  if (body.size() < length + kRecordFooterBytes && !source_->damage().empty()) throw Error(place, source_->damage());
  const std::string_view payload = ParseBody(body, length, place);
  offset_ = next_offset_;
  next_offset_ += kRecordOverheadBytes + length;
  ++records_;
  return payload;
}

// Grows the buffer with the bytes that are really there, so that a small file cannot ask for gigabytes.
std::string_view RecordReader::ReadBody(size_t size) {
  size_t got = 0;
  while (got < size) {
    const size_t part = std::min(size - got, std::max(got, kBufferBytes));
    if (payload_.size() < got + part) payload_.resize(got + part);
    const size_t read = source_->Read(payload_.data() + got, part);
    got += read;
    if (read < part) break;
  }
  return {payload_.data(), got};
}

}  // namespace dataset

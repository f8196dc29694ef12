#include "dataset/record/deflater.h"

#include <zlib.h>

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

#include "dataset/base/error.h"

namespace dataset {

struct Deflater::State {
  z_stream stream{};
  unsigned char buffer[size_t{64} << 10];
};

Deflater::Deflater(RecordCompression compression, std::function<void(std::string_view)> write)
    : state_(std::make_unique<State>()), write_(std::move(write)) {
  assert(compression != RecordCompression::kNone);
  constexpr int kGzipWrapper = 16, kMemoryLevel = 9;
  const int window_bits = compression == RecordCompression::kGzip ? MAX_WBITS + kGzipWrapper : MAX_WBITS;
  if (deflateInit2(&state_->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_bits, kMemoryLevel, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    throw Error("zlib cannot start");
  }
}

Deflater::~Deflater() { deflateEnd(&state_->stream); }

void Deflater::Append(std::string_view data) {
  constexpr size_t kMaxPart = std::numeric_limits<uInt>::max();
  for (; !data.empty(); data.remove_prefix(std::min(data.size(), kMaxPart))) Run(data.substr(0, kMaxPart), Z_NO_FLUSH);
}

void Deflater::Finish() { Run({}, Z_FINISH); }

void Deflater::Run(std::string_view data, int flush) {
  z_stream& stream = state_->stream;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  do {
    stream.next_out = state_->buffer;
    stream.avail_out = sizeof(state_->buffer);
    if (deflate(&stream, flush) == Z_STREAM_ERROR) throw Error("zlib cannot compress");
    write_({reinterpret_cast<const char*>(state_->buffer), sizeof(state_->buffer) - stream.avail_out});
  } while (stream.avail_out == 0);
}

}  // namespace dataset

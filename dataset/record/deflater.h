#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "dataset/record/record_compression.h"

namespace dataset {

// Compresses data to one GZIP or ZLIB stream with TensorFlow's settings: deflate level 6, no file name and no time in
// the header. Throws Error if zlib fails. Not thread-safe.
class Deflater {
 public:
  // `write` gets the compressed bytes piece by piece. `compression` must not be kNone.
  Deflater(RecordCompression compression, std::function<void(std::string_view)> write);
  ~Deflater();
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  void Append(std::string_view data);
  // Writes the end of the stream. Must be called exactly once, after the last Append.
  void Finish();

 private:
  struct State;
  void Run(std::string_view data, int flush);
  std::unique_ptr<State> state_;
  std::function<void(std::string_view)> write_;
};

}  // namespace dataset

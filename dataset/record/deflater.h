#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "dataset/record/record_compression.h"

namespace dataset {

// A GZIP or ZLIB stream as TensorFlow writes it: deflate level 6, no name and no time. Not thread-safe.
class Deflater {
 public:
  // `write` gets the compressed bytes as they come.
  Deflater(RecordCompression compression, std::function<void(std::string_view)> write);
  ~Deflater();
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  void Append(std::string_view data);
  // The stream's end. Once; mandatory.
  void Finish();

 private:
  struct State;
  void Run(std::string_view data, int flush);
  std::unique_ptr<State> state_;
  std::function<void(std::string_view)> write_;
};

}  // namespace dataset

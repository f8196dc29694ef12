#include "train/weights/byte_reader.h"

#include "dataset/base/error.h"

namespace train {

std::string_view ByteReader::Take(uint64_t size) {
  if (size > remaining()) {
    Fail(position_, "ends too early: " + std::to_string(size) + " bytes expected, " + std::to_string(remaining()) +
                        " left; the file is truncated or damaged");
  }
  const std::string_view taken = bytes_.substr(position_, size);
  position_ += size;
  return taken;
}

std::string_view ByteReader::TakeLine() {
  const size_t end = bytes_.find('\n', position_);
  if (end == std::string_view::npos) Fail(position_, "ends within a line; the file is truncated or damaged");
  const std::string_view line = bytes_.substr(position_, end - position_);
  position_ = end + 1;
  return line;
}

void ByteReader::Seek(uint64_t position) {
  if (position > bytes_.size()) {
    Fail(bytes_.size(), "ends before byte " + std::to_string(position) + "; the file is truncated or damaged");
  }
  position_ = position;
}

void ByteReader::Fail(uint64_t position, const std::string& cause) const {
  throw dataset::Error(dataset::Place{file_, {}, base_ + position}, cause);
}

}  // namespace train

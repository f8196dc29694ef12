#include "dataset/codec/bmp_runs.h"

#include <cstddef>
#include <cstdint>
#include <utility>

#include "dataset/base/error.h"

namespace dataset {
namespace {

class RunReader {
 public:
  RunReader(std::string_view runs, int bits, Size size)
      : runs_(runs),
        bits_(bits),
        size_(size),
        pixels_(static_cast<size_t>(size.width) * static_cast<size_t>(size.height), '\0') {}

  std::string Read() {
    while (y_ < size_.height && !(AtEnd() && LastRowIsFull())) {
      const uint8_t count = Take(), value = Take();
      if (count > 0) {
        Repeat(count, value);
      } else if (value == kEndOfRow) {
        x_ = 0;
        ++y_;
      } else if (value == kEndOfPicture) {
        break;
      } else if (value == kMove) {
        x_ += Take();
        y_ += Take();
      } else {
        Copy(value);
      }
    }
    return std::move(pixels_);
  }

 private:
  enum Escape : uint8_t { kEndOfRow = 0, kEndOfPicture = 1, kMove = 2 };

  bool AtEnd() const { return at_ == runs_.size(); }
  bool LastRowIsFull() const { return y_ == size_.height - 1 && x_ >= size_.width; }

  uint8_t Take() {
    if (AtEnd()) throw Error("BMP: the file is cut off");
    return static_cast<uint8_t>(runs_[at_++]);
  }

  void Put(uint8_t colour) {
    if (x_ < size_.width && y_ < size_.height) {
      pixels_[static_cast<size_t>(y_) * static_cast<size_t>(size_.width) + static_cast<size_t>(x_)] =
          static_cast<char>(colour);
    }
    ++x_;
  }

  // The colour of pixel i of those that a byte stands for.
  uint8_t ColourIn(uint8_t byte, int i) const { return bits_ == 8 ? byte : i % 2 == 0 ? byte >> 4 : byte & 15; }

  void Repeat(int count, uint8_t value) {
    for (int i = 0; i < count; ++i) Put(ColourIn(value, i));
  }

  void Copy(int count) {
    const int per_byte = 8 / bits_;
    uint8_t byte = 0;
    for (int i = 0; i < count; ++i) {
      if (i % per_byte == 0) byte = Take();
      Put(ColourIn(byte, i));
    }
    const int bytes = (count + per_byte - 1) / per_byte;
    if (bytes % 2 != 0 && !AtEnd()) Take();
  }

  std::string_view runs_;
  int bits_;
  Size size_;
  std::string pixels_;
  size_t at_ = 0;
  int64_t x_ = 0;
  int64_t y_ = 0;
};

}  // namespace

std::string ExpandBmpRuns(std::string_view runs, int bits, Size size) { return RunReader(runs, bits, size).Read(); }

}  // namespace dataset

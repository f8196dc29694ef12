#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace train {

// Reads untrusted bytes from front to back. Numbers are little-endian; the strings that it returns are views of
// `bytes`. Reading or seeking past the end throws dataset::Error, which names `file` and the offset, counted from
// `base`.
class ByteReader {
 public:
  ByteReader(std::string_view bytes, std::string file, uint64_t base = 0)
      : bytes_(bytes), file_(std::move(file)), base_(base) {}

  template <std::integral T>
  T Read() {
    static_assert(std::endian::native == std::endian::little);
    T number;
    std::memcpy(&number, Take(sizeof(T)).data(), sizeof(T));
    return number;
  }
  std::string_view Take(uint64_t size);
  std::string_view TakeLine();  // takes the bytes up to the next LF; skips the LF
  void Seek(uint64_t position);

  uint64_t position() const { return position_; }
  uint64_t remaining() const { return bytes_.size() - position_; }
  const std::string& file() const { return file_; }
  [[noreturn]] void Fail(uint64_t position, const std::string& cause) const;

 private:
  std::string_view bytes_;
  std::string file_;
  uint64_t base_;
  uint64_t position_ = 0;
};

}  // namespace train

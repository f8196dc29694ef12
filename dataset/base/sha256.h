#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace dataset {

using Sha256Digest = std::array<uint8_t, 32>;
Sha256Digest Sha256Of(std::string_view data);

// Returns 64 lower-case hex digits.
std::string Hex(const Sha256Digest& digest);
std::string Sha256Hex(std::string_view data);

// The hash of data that comes in pieces. Not thread-safe. Throws Error if OpenSSL fails.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void Update(std::string_view data);
  std::string FinishHex();  // 64 lower-case hex digits; at most one call, and no Update after it

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dataset

#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace dataset {

using Sha256Digest = std::array<uint8_t, 32>;
Sha256Digest Sha256Of(std::string_view data);

// 64 lower-case hex digits.
std::string Hex(const Sha256Digest& digest);
std::string Sha256Hex(std::string_view data);

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void Update(std::string_view data);
  std::string FinishHex();  // once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dataset

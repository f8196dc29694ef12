#include "dataset/codec/hevc_av1_sizes.h"

#include <algorithm>
#include <cstddef>
#include <string>

namespace dataset {
namespace {

// Reads bits, the highest of a byte first; behind the end they are 0.
class BitReader {
 public:
  explicit BitReader(std::string_view bytes) : bytes_(bytes) {}

  uint64_t Bits(int count) {
    uint64_t value = 0;
    for (int i = 0; i < count; ++i, ++at_) {
      const size_t byte = at_ / 8;
      value = value << 1 | (byte < bytes_.size() ? static_cast<uint8_t>(bytes_[byte]) >> (7 - at_ % 8) & 1 : 0);
    }
    return value;
  }
  bool Flag() { return Bits(1) != 0; }
  void Skip(int count) { at_ += static_cast<size_t>(count); }

  // A number behind as many zeros as it has bits, less one; Exp-Golomb's code.
  uint64_t Golomb() {
    int zeros = 0;
    while (zeros < 32 && at_ < 8 * bytes_.size() && !Flag()) ++zeros;
    return (uint64_t{1} << zeros) - 1 + Bits(zeros);
  }

 private:
  std::string_view bytes_;
  size_t at_ = 0;
};

// Removes the bytes that keep two zeros from being followed by a small number.
std::string Unescape(std::string_view unit) {
  std::string bytes;
  int zeros = 0;
  for (const char c : unit) {
    if (zeros >= 2 && c == 3) {
      zeros = 0;
      continue;
    }
    bytes += c;
    zeros = c == 0 ? zeros + 1 : 0;
  }
  return bytes;
}

// AV1's sequence_header_obu (its specification, section 5.5) up to the size.
CodedSize SequenceSize(std::string_view header) {
  BitReader bits(header);
  bits.Skip(4);  // profile, still picture
  if (bits.Flag()) {
    bits.Skip(5);
  } else {
    bool has_model = false;
    int delay_bits = 0;
    if (bits.Flag()) {  // timing
      bits.Skip(64);
      if (bits.Flag()) bits.Golomb();
      has_model = bits.Flag();
      if (has_model) {
        delay_bits = static_cast<int>(bits.Bits(5)) + 1;
        bits.Skip(42);
      }
    }
    const bool has_delay = bits.Flag();
    for (uint64_t points = bits.Bits(5) + 1; points > 0; --points) {
      bits.Skip(12);
      if (bits.Bits(5) > 7) bits.Skip(1);
      if (has_model && bits.Flag()) bits.Skip(2 * delay_bits + 1);
      if (has_delay && bits.Flag()) bits.Skip(4);
    }
  }
  const int width_bits = static_cast<int>(bits.Bits(4)) + 1, height_bits = static_cast<int>(bits.Bits(4)) + 1;
  const auto width = static_cast<int64_t>(bits.Bits(width_bits)) + 1;
  return {width, static_cast<int64_t>(bits.Bits(height_bits)) + 1};
}

}  // namespace

CodedSize HevcSize(std::string_view unit) {
  constexpr int kSequenceParameters = 33;
  if (unit.size() < 2 || (static_cast<uint8_t>(unit[0]) >> 1 & 63) != kSequenceParameters) return {};
  const bool of_base =
      (unit[0] & 1) == 0 && static_cast<uint8_t>(unit[1]) < 8;  // others, for a second eye, are not read
  if (!of_base) return {};
  // seq_parameter_set_rbsp of ITU-T H.265, section 7.3.2.2, up to the size.
  constexpr size_t kMaxBytes = 256;
  const std::string bytes = Unescape(unit.substr(2, kMaxBytes));
  BitReader bits(bytes);
  bits.Skip(4);
  const int layers = static_cast<int>(bits.Bits(3));
  bits.Skip(1 + 96);  // the profile and level of all layers
  bool has_profile[8] = {}, has_level[8] = {};
  for (int i = 0; i < layers; ++i) {
    has_profile[i] = bits.Flag();
    has_level[i] = bits.Flag();
  }
  if (layers > 0) bits.Skip(2 * (8 - layers));
  for (int i = 0; i < layers; ++i) bits.Skip((has_profile[i] ? 88 : 0) + (has_level[i] ? 8 : 0));
  bits.Golomb();                         // its number
  if (bits.Golomb() == 3) bits.Skip(1);  // the chroma's format
  const auto width = static_cast<int64_t>(bits.Golomb());
  return {width, static_cast<int64_t>(bits.Golomb())};
}

CodedSize Av1Size(std::string_view units) {
  constexpr uint8_t kSequenceHeader = 1, kHasExtension = 4, kHasSize = 2;
  CodedSize largest;
  while (!units.empty()) {
    const auto head = static_cast<uint8_t>(units[0]);
    units.remove_prefix(std::min<size_t>(units.size(), (head & kHasExtension) != 0 ? 2 : 1));
    uint64_t size = units.size();
    if ((head & kHasSize) != 0) {
      size = 0;
      for (int shift = 0; shift < 56 && !units.empty(); shift += 7) {
        const auto byte = static_cast<uint8_t>(units[0]);
        units.remove_prefix(1);
        size |= uint64_t{byte & 127u} << shift;
        if (byte < 128) break;
      }
    }
    const std::string_view unit = units.substr(0, size);
    if ((head >> 3 & 15) == kSequenceHeader) {
      const CodedSize coded = SequenceSize(unit);
      largest = {std::max(largest.width, coded.width), std::max(largest.height, coded.height)};
    }
    units.remove_prefix(unit.size());
  }
  return largest;
}

}  // namespace dataset

#pragma once

namespace dataset {

// How pictures of more than 8 bits a channel become bytes (proto/FORMAT.md, section 4, "Depth").
struct Depth {
  enum class Kind {
    kHighByte,  // the high byte of 16 bits; floats and signed integers have none and are refused
    kRange,     // `low` becomes 0 and `high` 255; what lies outside is clipped
    kOwn,       // the same, with the lowest and the highest value of each picture
  };
  Kind kind = Kind::kHighByte;
  double low = 0;  // of kRange; finite, below `high`
  double high = 0;

  static Depth Range(double low, double high) { return {Kind::kRange, low, high}; }
  static Depth Bits(int bits) { return Range(0, 1 << bits); }  // the high 8 of the low `bits` bits
  static Depth Own() { return {Kind::kOwn, 0, 0}; }

  // Whether 16 bits become their high byte, as all programs have it.
  bool TakesHighByte() const { return kind == Kind::kHighByte || *this == Bits(16); }
  bool operator==(const Depth&) const = default;
};

}  // namespace dataset

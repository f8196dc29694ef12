#include "dataset/image/exif.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>

namespace dataset {
namespace {

constexpr std::string_view kPrefix("Exif\0\0", 6);
constexpr size_t kHeader = 8, kEntry = 12, kInline = 4;  // bytes; a value of up to kInline bytes lies in its entry
constexpr uint64_t kOrientationTag = 0x0112;

enum class Kind { kUnknown, kText, kInteger, kFraction, kFloat };
struct FieldType {
  uint32_t bytes;
  Kind kind;
};
// By TIFF's number of the type. Whether integers have a sign does not matter here.
constexpr FieldType kFieldTypes[] = {
    {0, Kind::kUnknown},  {1, Kind::kText},    {1, Kind::kText},  {2, Kind::kInteger}, {4, Kind::kInteger},
    {8, Kind::kFraction}, {1, Kind::kInteger}, {1, Kind::kText},  {2, Kind::kInteger}, {4, Kind::kInteger},
    {8, Kind::kFraction}, {4, Kind::kFloat},   {8, Kind::kFloat}, {4, Kind::kInteger}, {0, Kind::kUnknown},
    {0, Kind::kUnknown},  {8, Kind::kInteger},
};

class ExifReader {
 public:
  explicit ExifReader(std::string_view bytes) : bytes_(bytes), big_endian_(bytes.starts_with("MM")) {}

  // Returns the value of the orientation, 0 if it is no number; nullopt if there is none.
  std::optional<double> FindOrientation() const {
    if (bytes_.size() < kHeader || !HasSignature()) return std::nullopt;
    const uint64_t directory = Load(4, 4);
    if (directory + 2 > bytes_.size()) return std::nullopt;
    const uint64_t entries = Load(directory, 2);
    for (uint64_t i = 0; i < entries; ++i) {
      const uint64_t entry = directory + 2 + i * kEntry;
      if (entry + kEntry > bytes_.size()) break;
      if (Load(entry, 2) != kOrientationTag) continue;
      if (const std::optional<double> value = Value(entry)) return value;
    }
    return std::nullopt;
  }

 private:
  // The mark of TIFF in either byte order.
  bool HasSignature() const {
    const std::string_view order = bytes_.substr(0, 2), mark = bytes_.substr(2, 2);
    return (order == "II" || order == "MM") &&
           (mark == std::string_view("*\0", 2) || mark == std::string_view("\0*", 2));
  }

  uint64_t Load(uint64_t offset, uint64_t size) const {
    uint64_t value = 0;
    for (uint64_t i = 0; i < size; ++i) {
      value = value << 8 | static_cast<uint8_t>(bytes_[offset + (big_endian_ ? i : size - 1 - i)]);
    }
    return value;
  }

  // Returns the first of the entry's values; nullopt for an entry that is to be ignored.
  std::optional<double> Value(uint64_t entry) const {
    const uint64_t type = Load(entry + 2, 2), count = Load(entry + 4, 4);
    if (type >= std::size(kFieldTypes) || kFieldTypes[type].kind == Kind::kUnknown || count == 0) return std::nullopt;
    const auto [bytes, kind] = kFieldTypes[type];
    const uint64_t place = bytes * count <= kInline ? entry + 8 : Load(entry + 8, 4);
    if (place + bytes * count > bytes_.size()) return std::nullopt;
    if (kind == Kind::kText) return 0;
    if (kind == Kind::kInteger) return static_cast<double>(Load(place, bytes));
    if (kind == Kind::kFraction) return static_cast<double>(Load(place, 4)) / static_cast<double>(Load(place + 4, 4));
    if (bytes == sizeof(float)) return std::bit_cast<float>(static_cast<uint32_t>(Load(place, bytes)));
    return std::bit_cast<double>(Load(place, bytes));
  }

  std::string_view bytes_;
  bool big_endian_;
};

int OrientationOfXmp(std::string_view xmp) {
  constexpr std::string_view kProperty = "tiff:Orientation";
  for (size_t at = xmp.find(kProperty); at != xmp.npos; at = xmp.find(kProperty, at + 1)) {
    std::string_view rest = xmp.substr(at + kProperty.size());
    // An attribute or an element.
    rest.remove_prefix(rest.starts_with("=\"") ? 2 : rest.starts_with('>') ? 1 : rest.size());
    if (!rest.empty() && rest[0] >= '0' && rest[0] <= '9') return rest[0] - '0';
  }
  return 1;
}

}  // namespace

int ParseOrientation(std::string_view exif, std::string_view xmp) {
  while (exif.starts_with(kPrefix)) exif.remove_prefix(kPrefix.size());
  const double value = ExifReader(exif).FindOrientation().value_or(OrientationOfXmp(xmp));
  for (int orientation = 1; orientation <= 8; ++orientation) {
    if (value == orientation) return orientation;
  }
  return 1;
}

}  // namespace dataset

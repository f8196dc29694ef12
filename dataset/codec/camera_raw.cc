#include "dataset/codec/camera_raw.h"

#include <cstddef>
#include <cstdint>

namespace dataset {
namespace {

constexpr uint32_t kNewSubfileType = 254, kDngVersion = 50706;
constexpr uint32_t kReducedResolution = 1;  // bit 0 of NewSubfileType
constexpr uint32_t kShort = 3, kLong = 4;   // types of fields
constexpr size_t kFieldBytes = 12;

class TiffFields {
 public:
  explicit TiffFields(std::string_view bytes) : bytes_(bytes), little_(bytes.starts_with("II")) {}

  // Reads `size` bytes; 0 beyond the end.
  uint32_t Number(size_t at, size_t size) const {
    uint32_t number = 0;
    if (at > bytes_.size() || bytes_.size() - at < size) return 0;
    for (size_t i = 0; i < size; ++i) {
      number = number << 8 | static_cast<uint8_t>(bytes_[at + (little_ ? size - 1 - i : i)]);
    }
    return number;
  }

 private:
  const std::string_view bytes_;
  const bool little_;
};

}  // namespace

bool IsCameraRaw(std::string_view bytes) {
  if (!bytes.starts_with(std::string_view("II*\0", 4)) && !bytes.starts_with(std::string_view("MM\0*", 4)))
    return false;
  if (bytes.size() > 8 && bytes.substr(8).starts_with("CR\x02")) return true;  // Canon's CR2
  const TiffFields fields(bytes);
  const size_t directory = fields.Number(4, 4);
  if (directory < 8) return false;  // in the header
  const uint32_t count = fields.Number(directory, 2);
  for (size_t i = 0; i < count; ++i) {
    const size_t field = directory + 2 + i * kFieldBytes;
    if (field + kFieldBytes > bytes.size()) return false;
    const uint32_t tag = fields.Number(field, 2), type = fields.Number(field + 2, 2);
    if (tag == kDngVersion) return true;
    if (tag != kNewSubfileType || (type != kLong && type != kShort)) continue;
    if (fields.Number(field + 8, type == kLong ? 4 : 2) & kReducedResolution) return true;
  }
  return false;
}

}  // namespace dataset

#include "dataset/codec/camera_raw.h"

#include <cstddef>
#include <cstdint>

namespace dataset {
namespace {

constexpr uint32_t kNewSubfileType = 254, kDngVersion = 50706;
constexpr uint32_t kReducedResolution = 1;  // bit 0 of NewSubfileType
constexpr uint32_t kShort = 3, kLong = 4;   // types of fields

// Where a TIFF has its parts, in bytes. All sizes and offsets of BigTIFF are longer.
struct Layout {
  size_t directory;  // where the first directory's offset stands
  size_t offset;     // bytes of an offset
  size_t count;      // bytes of a directory's number of fields
  size_t field;      // bytes of a field
  size_t value;      // where in it its value stands
};
constexpr Layout kTiff = {4, 4, 2, 12, 8}, kBigTiff = {8, 8, 8, 20, 12};

class TiffFields {
 public:
  explicit TiffFields(std::string_view bytes) : bytes_(bytes), little_(bytes.starts_with("II")) {}

  // Reads `size` bytes; 0 beyond the end.
  uint64_t Number(size_t at, size_t size) const {
    uint64_t number = 0;
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
  const auto begins = [&](std::string_view little, std::string_view big) {
    return bytes.starts_with(little) || bytes.starts_with(big);
  };
  const bool is_big = begins({"II+\0", 4}, {"MM\0+", 4});
  if (!is_big && !begins({"II*\0", 4}, {"MM\0*", 4})) return false;
  if (bytes.size() > 8 && bytes.substr(8).starts_with("CR\x02")) return true;  // Canon's CR2
  const Layout& layout = is_big ? kBigTiff : kTiff;
  const TiffFields fields(bytes);
  const uint64_t directory = fields.Number(layout.directory, layout.offset);
  if (directory < 8 || directory > bytes.size()) return false;  // in the header, or nowhere
  const uint64_t count = fields.Number(directory, layout.count);
  size_t field = directory + layout.count;
  for (uint64_t i = 0; i < count; ++i, field += layout.field) {
    if (field + layout.field > bytes.size()) return false;
    const uint64_t tag = fields.Number(field, 2), type = fields.Number(field + 2, 2);
    if (tag == kDngVersion) return true;
    if (tag != kNewSubfileType || (type != kLong && type != kShort)) continue;
    if (fields.Number(field + layout.value, type == kLong ? 4 : 2) & kReducedResolution) return true;
  }
  return false;
}

}  // namespace dataset

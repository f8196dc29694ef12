#include "dataset/codec/heif_sizes.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/codec/hevc_av1_sizes.h"
#include "dataset/codec/image_header.h"

namespace dataset {
namespace {

[[noreturn]] void Fail(const std::string& cause) { throw Error(cause); }

// Takes big-endian numbers and parts from the beginning of bytes.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  bool empty() const { return rest_.empty(); }
  std::string_view Take(uint64_t size) {
    if (size > rest_.size()) Fail("the file is cut off");
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  uint64_t Number(uint64_t bytes) {
    uint64_t value = 0;
    for (const char c : Take(bytes)) value = value << 8 | static_cast<uint8_t>(c);
    return value;
  }
  std::string_view Rest() { return Take(rest_.size()); }

 private:
  std::string_view rest_;
};

struct Box {
  std::string_view type;
  std::string_view content;
};

std::vector<Box> ReadBoxes(std::string_view bytes) {
  constexpr uint64_t kShort = 8, kLong = 16;  // bytes of a box's size and type
  std::vector<Box> boxes;
  for (ByteReader reader(bytes); !reader.empty();) {
    uint64_t size = reader.Number(4), head = kShort;
    const std::string_view type = reader.Take(4);
    if (size == 1) {
      size = reader.Number(8);
      head = kLong;
    }
    if (size != 0 && size < head) Fail("damaged boxes");
    boxes.push_back({type, size == 0 ? reader.Rest() : reader.Take(size - head)});
  }
  return boxes;
}

std::string_view FindBox(const std::vector<Box>& boxes, std::string_view type) {
  const auto box =
      std::find_if(boxes.begin(), boxes.end(), [&](const Box& candidate) { return candidate.type == type; });
  return box == boxes.end() ? "" : box->content;
}

// The version in the first four bytes of a box, which are taken.
uint64_t TakeVersion(ByteReader* reader) { return reader->Number(4) >> 24; }

class HeifSizes {
 public:
  explicit HeifSizes(std::string_view file) : file_(file) {
    const std::string_view meta = FindBox(ReadBoxes(file), "meta");
    if (meta.size() < 4) Fail("no description of pictures");
    boxes_ = ReadBoxes(meta.substr(4));
    properties_ = ReadBoxes(FindBox(ReadBoxes(FindBox(boxes_, "iprp")), "ipco"));
  }

  Size Check() {
    for (const Box& box : properties_) {
      if (box.type == "ispe") ReadSize(box.content);
    }
    for (const Box& box : properties_) {
      if (box.type == "hvcC") ReadHevcConfiguration(box.content);
      if (box.type == "av1C") CheckCoded(Av1Size(box.content.substr(std::min<size_t>(4, box.content.size()))));
    }
    ReadItemTypes();
    ReadItems();
    return largest_;
  }

 private:
  void ReadSize(std::string_view content) {
    ByteReader reader(content);
    TakeVersion(&reader);
    const auto width = static_cast<int64_t>(reader.Number(4)), height = static_cast<int64_t>(reader.Number(4));
    CheckPictureSize(width, height);
    largest_.width = std::max(largest_.width, static_cast<int>(width));
    largest_.height = std::max(largest_.height, static_cast<int>(height));
  }

  // A coded size may be rounded up to whole blocks.
  void CheckCoded(const CodedSize& coded) const {
    if (coded.width == 0 || coded.height == 0) return;
    CheckPictureSize(coded.width, coded.height);
    constexpr int64_t kBlock = 64;
    if (coded.width > largest_.width + kBlock || coded.height > largest_.height + kBlock) {
      Fail("a picture of " + std::to_string(coded.width) + " x " + std::to_string(coded.height) +
           " pixels is larger than the header says");
    }
  }

  void ReadHevcConfiguration(std::string_view content) {
    ByteReader reader(content);
    reader.Take(21);
    length_bytes_ = std::max(length_bytes_, (reader.Number(1) & 3) + 1);
    for (uint64_t arrays = reader.Number(1); arrays > 0; --arrays) {
      reader.Take(1);
      for (uint64_t units = reader.Number(2); units > 0; --units) CheckCoded(HevcSize(reader.Take(reader.Number(2))));
    }
  }

  void ReadItemTypes() {
    ByteReader reader(FindBox(boxes_, "iinf"));
    if (reader.empty()) return;
    reader.Take(TakeVersion(&reader) == 0 ? 2 : 4);
    for (const Box& box : ReadBoxes(reader.Rest())) {
      if (box.type != "infe") continue;
      ByteReader item(box.content);
      const uint64_t version = TakeVersion(&item);
      if (version < 2) continue;
      const uint64_t id = item.Number(version == 2 ? 2 : 4);
      item.Take(2);
      types_[id] = item.Take(4);
    }
  }

  void ReadItems() {
    ByteReader reader(FindBox(boxes_, "iloc"));
    if (reader.empty()) return;
    const uint64_t version = TakeVersion(&reader), sizes = reader.Number(2);
    const uint64_t offset_bytes = sizes >> 12, length_bytes = sizes >> 8 & 15, base_bytes = sizes >> 4 & 15;
    const uint64_t index_bytes = version == 0 ? 0 : sizes & 15, id_bytes = version < 2 ? 2 : 4;
    if (std::max({offset_bytes, length_bytes, base_bytes, index_bytes}) > 8) Fail("damaged places of pictures");
    for (uint64_t items = reader.Number(id_bytes); items > 0; --items) {
      const uint64_t id = reader.Number(id_bytes), method = version == 0 ? 0 : reader.Number(2) & 15;
      reader.Take(2);
      const uint64_t base = reader.Number(base_bytes);
      std::string data;
      for (uint64_t extents = reader.Number(2); extents > 0; --extents) {
        reader.Take(index_bytes);
        const uint64_t offset = reader.Number(offset_bytes), length = reader.Number(length_bytes);
        data += Extent(method, base, offset, length);
      }
      CheckItem(types_[id], data);
    }
  }

  std::string_view Extent(uint64_t method, uint64_t base, uint64_t offset, uint64_t length) {
    constexpr uint64_t kInFile = 0, kInBox = 1;
    if (method > kInBox) return "";  // libheif does not read it
    const std::string_view source = method == kInFile ? file_ : FindBox(boxes_, "idat");
    if (base > source.size() || offset > source.size() - base || length > source.size() - base - offset) {
      Fail("the file is cut off");
    }
    // Parts that lie over one another would make much of little.
    taken_ += length;
    if (taken_ > 2 * file_.size()) Fail("damaged places of pictures");
    return source.substr(base + offset, length == 0 ? source.npos : length);
  }

  void CheckItem(std::string_view type, std::string_view data) {
    if (type == "av01") CheckCoded(Av1Size(data));
    if (type == "grid" || type == "iovl") CheckDerived(type, data);
    if (type != "hvc1" && type != "hev1") return;
    for (ByteReader reader(data); !reader.empty();) CheckCoded(HevcSize(reader.Take(reader.Number(length_bytes_))));
  }

  // A picture that is put together from others.
  void CheckDerived(std::string_view type, std::string_view data) const {
    ByteReader reader(data);
    reader.Take(1);
    const uint64_t bytes = (reader.Number(1) & 1) == 0 ? 2 : 4;
    reader.Take(type == "grid" ? 2 : 8);  // rows and columns, or the colour of what is not covered
    const auto width = static_cast<int64_t>(reader.Number(bytes));
    CheckCoded({width, static_cast<int64_t>(reader.Number(bytes))});
  }

  std::string_view file_;
  std::vector<Box> boxes_;       // of the description
  std::vector<Box> properties_;  // of its pictures
  Size largest_;
  uint64_t length_bytes_ = 1;  // of the length before each unit of HEVC
  uint64_t taken_ = 0;         // bytes of all items
  std::map<uint64_t, std::string_view> types_;
};

}  // namespace

Size CheckHeifSizes(std::string_view file) { return HeifSizes(file).Check(); }

}  // namespace dataset

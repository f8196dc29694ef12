#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "train/weights/byte_reader.h"

namespace train {

// The members of a zip file such as torch.save writes. Members are stored without compression, so each is a view of the
// archive. Immutable, hence thread-safe.
//
// The reader is strict, since a file can be hidden in an archive that zip readers understand differently: the central
// directory must end where its end record begins, local headers must agree with it, and no two members may overlap or
// share a name. Encrypted members, several disks and bytes before the archive are refused; a compressed member is
// refused when it is read. Zip64 is supported. Errors are dataset::Error with the offset and the member's name.
class ZipArchive {
 public:
  // `bytes` is the whole archive and must outlive this object; `file` is its name in errors.
  ZipArchive(std::string_view bytes, std::string file);

  std::vector<std::string_view> names() const;  // sorted
  bool Contains(std::string_view name) const { return Find(name) != nullptr; }
  // Returns the content of a member. Every call checks its CRC-32, except if the archive says 0, which torch.save
  // writes if it was told not to compute it. Throws dataset::Error for a member that is not there, compressed or
  // damaged.
  std::string_view Read(std::string_view name) const;

 private:
  struct Member {
    std::string_view name;
    std::string_view content;  // as stored
    uint32_t crc = 0;
    bool compressed = false;
    uint64_t header_offset = 0;
  };
  struct Directory {
    uint64_t entries, size, offset;
  };

  uint64_t FindEnd() const;
  Directory FindDirectory() const;
  Directory ReadZip64End(uint64_t locator_offset) const;
  Member ReadEntry(ByteReader* directory) const;
  void CheckOverlaps(uint64_t directory_offset);
  const Member* Find(std::string_view name) const;

  std::string_view bytes_;
  std::string file_;
  std::vector<Member> members_;  // sorted by name
};

}  // namespace train

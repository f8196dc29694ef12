#include "train/weights/zip_archive.h"

#include <isa-l/crc.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "dataset/base/error.h"
#include "train/weights/quote.h"

namespace train {
namespace {

// Signatures and sizes of APPNOTE.TXT, sections 4.3.7 to 4.3.16.
constexpr uint32_t kLocalSignature = 0x04034b50;
constexpr uint32_t kCentralSignature = 0x02014b50;
constexpr uint32_t kEndSignature = 0x06054b50;
constexpr uint32_t kZip64EndSignature = 0x06064b50;
constexpr uint32_t kZip64LocatorSignature = 0x07064b50;
constexpr uint64_t kEndSize = 22;
constexpr uint64_t kZip64LocatorSize = 20;
constexpr uint64_t kZip64EndSize = 56;
constexpr uint16_t kZip64ExtraId = 1;
constexpr uint16_t kFlagEncrypted = 1 << 0;
constexpr uint16_t kFlagSizesFollow = 1 << 3;
constexpr uint32_t kInZip64 = std::numeric_limits<uint32_t>::max();

// Replaces each field that is kInZip64 by its 64-bit value. The extra field holds the values of these fields only, in
// this order.
void ReadZip64Extra(std::string_view extra, const ByteReader& header, std::initializer_list<uint64_t*> fields) {
  if (std::none_of(fields.begin(), fields.end(), [](const uint64_t* field) { return *field == kInZip64; })) return;
  ByteReader reader(extra, header.file());
  while (reader.remaining() >= 4) {
    const uint16_t id = reader.Read<uint16_t>();
    const uint16_t size = reader.Read<uint16_t>();
    if (size > reader.remaining()) break;
    ByteReader values(reader.Take(size), header.file());
    if (id != kZip64ExtraId) continue;
    for (uint64_t* field : fields) {
      if (*field != kInZip64) continue;
      if (values.remaining() < sizeof(uint64_t)) header.Fail(header.position(), "Zip64 sizes are cut off");
      *field = values.Read<uint64_t>();
    }
    return;
  }
}

}  // namespace

ZipArchive::ZipArchive(std::string_view bytes, std::string file) : bytes_(bytes), file_(std::move(file)) {
  const Directory directory = FindDirectory();
  ByteReader reader(bytes_.substr(0, directory.offset + directory.size), file_);
  reader.Seek(directory.offset);
  while (reader.remaining() > 0) members_.push_back(ReadEntry(&reader));
  if (members_.size() != directory.entries) {
    reader.Fail(directory.offset, "the central directory lists " + std::to_string(members_.size()) +
                                      " members, its end record says " + std::to_string(directory.entries));
  }
  CheckOverlaps(directory.offset);
  std::sort(members_.begin(), members_.end(), [](const Member& a, const Member& b) { return a.name < b.name; });
  const auto twin = std::adjacent_find(members_.begin(), members_.end(),
                                       [](const Member& a, const Member& b) { return a.name == b.name; });
  if (twin != members_.end()) reader.Fail(twin->header_offset, "two members are named " + Quote(twin->name));
}

uint64_t ZipArchive::FindEnd() const {
  // Only a comment of less than 64 KiB, whose length the end record has, may follow the end record.
  constexpr uint64_t kMaxCommentSize = 0xffff;
  constexpr uint64_t kCommentSizeAt = 20;
  ByteReader reader(bytes_, file_);
  for (uint64_t size = kEndSize; size <= kEndSize + kMaxCommentSize && size <= bytes_.size(); ++size) {
    const uint64_t offset = bytes_.size() - size;
    reader.Seek(offset);
    if (reader.Read<uint32_t>() != kEndSignature) continue;
    reader.Seek(offset + kCommentSizeAt);
    if (reader.Read<uint16_t>() == reader.remaining()) return offset;
  }
  reader.Fail(bytes_.size(), "the zip has no end record; the file is truncated or damaged");
}

ZipArchive::Directory ZipArchive::FindDirectory() const {
  uint64_t end = FindEnd();
  ByteReader reader(bytes_, file_);
  reader.Seek(end + 4);
  const uint16_t disk = reader.Read<uint16_t>();
  const uint16_t directory_disk = reader.Read<uint16_t>();
  const uint16_t entries_here = reader.Read<uint16_t>();
  Directory directory{};
  directory.entries = reader.Read<uint16_t>();
  directory.size = reader.Read<uint32_t>();
  directory.offset = reader.Read<uint32_t>();
  if (disk != directory_disk || entries_here != directory.entries) reader.Fail(end, "a zip of several disks");

  if (end >= kZip64LocatorSize) {
    const uint64_t locator = end - kZip64LocatorSize;
    reader.Seek(locator);
    if (reader.Read<uint32_t>() == kZip64LocatorSignature) {
      const Directory wide = ReadZip64End(locator);
      if ((directory.entries != 0xffff && directory.entries != wide.entries) ||
          (directory.size != kInZip64 && directory.size != wide.size) ||
          (directory.offset != kInZip64 && directory.offset != wide.offset)) {
        reader.Fail(end, "the two end records of the zip disagree");
      }
      directory = wide;
      end = locator - kZip64EndSize;
    }
  }
  if (directory.offset > end || directory.size != end - directory.offset) {
    reader.Fail(end, "the central directory of the zip is not where its end record says");
  }
  return directory;
}

ZipArchive::Directory ZipArchive::ReadZip64End(uint64_t locator_offset) const {
  ByteReader reader(bytes_, file_);
  reader.Seek(locator_offset + 8);
  const uint64_t offset = reader.Read<uint64_t>();
  if (locator_offset < kZip64EndSize || offset != locator_offset - kZip64EndSize) {
    reader.Fail(locator_offset, "the Zip64 end record is not where its locator says");
  }
  reader.Seek(offset);
  if (reader.Read<uint32_t>() != kZip64EndSignature) reader.Fail(offset, "the Zip64 end record is damaged");
  reader.Seek(offset + 32);
  Directory directory{};
  directory.entries = reader.Read<uint64_t>();
  directory.size = reader.Read<uint64_t>();
  directory.offset = reader.Read<uint64_t>();
  return directory;
}

ZipArchive::Member ZipArchive::ReadEntry(ByteReader* directory) const {
  const uint64_t entry = directory->position();
  if (directory->Read<uint32_t>() != kCentralSignature) directory->Fail(entry, "the central directory is damaged");
  directory->Take(4);  // versions
  const uint16_t flags = directory->Read<uint16_t>();
  const uint16_t method = directory->Read<uint16_t>();
  directory->Take(4);  // time and date
  Member member;
  member.crc = directory->Read<uint32_t>();
  uint64_t stored_size = directory->Read<uint32_t>();
  uint64_t size = directory->Read<uint32_t>();
  const uint16_t name_size = directory->Read<uint16_t>();
  const uint16_t extra_size = directory->Read<uint16_t>();
  const uint16_t comment_size = directory->Read<uint16_t>();
  directory->Take(8);  // disk and attributes
  member.header_offset = directory->Read<uint32_t>();
  member.name = directory->Take(name_size);
  ReadZip64Extra(directory->Take(extra_size), *directory, {&size, &stored_size, &member.header_offset});
  directory->Take(comment_size);

  const std::string name = Quote(member.name);
  if (flags & kFlagEncrypted) directory->Fail(entry, "member " + name + " is encrypted");
  member.compressed = method != 0;
  if (!member.compressed && size != stored_size) directory->Fail(entry, "member " + name + " has two sizes");

  ByteReader local(bytes_, file_);
  local.Seek(member.header_offset);
  if (local.Read<uint32_t>() != kLocalSignature) local.Fail(member.header_offset, "no header of member " + name);
  local.Take(2);  // version
  const uint16_t local_flags = local.Read<uint16_t>();
  const uint16_t local_method = local.Read<uint16_t>();
  local.Take(4);  // time and date
  const uint32_t local_crc = local.Read<uint32_t>();
  uint64_t local_stored_size = local.Read<uint32_t>();
  uint64_t local_size = local.Read<uint32_t>();
  const uint16_t local_name_size = local.Read<uint16_t>();
  const uint16_t local_extra_size = local.Read<uint16_t>();
  const std::string_view local_name = local.Take(local_name_size);
  ReadZip64Extra(local.Take(local_extra_size), local, {&local_size, &local_stored_size});
  const bool follows = (local_flags & kFlagSizesFollow) && local_crc == 0 && local_size == 0 && local_stored_size == 0;
  const bool agrees = local_crc == member.crc && local_size == size && local_stored_size == stored_size;
  if (local_name != member.name || local_method != method || local_flags != flags || !(follows || agrees)) {
    local.Fail(member.header_offset, "the header of member " + name + " disagrees with the central directory");
  }
  member.content = local.Take(stored_size);
  return member;
}

void ZipArchive::CheckOverlaps(uint64_t directory_offset) {
  std::sort(members_.begin(), members_.end(),
            [](const Member& a, const Member& b) { return a.header_offset < b.header_offset; });
  for (size_t i = 0; i < members_.size(); ++i) {
    const Member& member = members_[i];
    const uint64_t end = static_cast<uint64_t>(member.content.data() - bytes_.data()) + member.content.size();
    const uint64_t limit = i + 1 < members_.size() ? members_[i + 1].header_offset : directory_offset;
    if (end > limit) {
      throw dataset::Error(dataset::Place{file_, {}, member.header_offset},
                           "member " + Quote(member.name) + " overlaps what follows it");
    }
  }
}

const ZipArchive::Member* ZipArchive::Find(std::string_view name) const {
  const auto found = std::lower_bound(members_.begin(), members_.end(), name,
                                      [](const Member& member, std::string_view key) { return member.name < key; });
  return found != members_.end() && found->name == name ? &*found : nullptr;
}

std::vector<std::string_view> ZipArchive::names() const {
  std::vector<std::string_view> names;
  for (const Member& member : members_) names.push_back(member.name);
  return names;
}

std::string_view ZipArchive::Read(std::string_view name) const {
  const Member* member = Find(name);
  if (member == nullptr) {
    throw dataset::Error(file_, "has no member " + Quote(name));
  }
  const std::string_view content = member->content;
  const dataset::Place place{file_, {}, static_cast<uint64_t>(content.data() - bytes_.data())};
  if (member->compressed) {
    throw dataset::Error(place, "member " + Quote(name) + " is compressed; torch.save stores members as they are");
  }
  // ISA-L, because zlib's CRC takes longer than reading the file does.
  const auto* data = reinterpret_cast<const uint8_t*>(content.data());
  if (member->crc != 0 && crc32_gzip_refl(0, data, content.size()) != member->crc) {
    throw dataset::Error(place, "member " + Quote(name) + " is damaged: its CRC-32 does not match");
  }
  return content;
}

}  // namespace train

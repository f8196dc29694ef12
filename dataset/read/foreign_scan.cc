#include "dataset/read/foreign_scan.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>

#include "dataset/base/crc32c.h"
#include "dataset/base/error.h"
#include "dataset/base/utf8.h"
#include "dataset/io/readable_file.h"
#include "dataset/record/record_format.h"
#include "dataset/record/record_reader.h"
#include "dataset/sample/sample_fields.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

constexpr char kListTag = 0x0a;       // field 1 with a length: the Features of an Example, or an entry of Features
constexpr size_t kSmallBytes = 1024;  // the most bytes of a feature that is looked at
constexpr size_t kWindowBytes = 4096;

// A buffer of a file's bytes around a position that moves forward.
class Window {
 public:
  explicit Window(const ReadableFile& file) : file_(file) {}

  // Returns `size` bytes from `position` on, at most kWindowBytes; fewer at the end of the file.
  std::string_view At(uint64_t position, size_t size) {
    if (position < begin_ || position + size > begin_ + filled_) {
      begin_ = position;
      filled_ = file_.ReadAt(position, kWindowBytes, buffer_.get());
    }
    return std::string_view(buffer_.get(), filled_).substr(position - begin_, size);
  }

 private:
  const ReadableFile& file_;
  std::unique_ptr<char[]> buffer_ = std::make_unique_for_overwrite<char[]>(kWindowBytes);
  uint64_t begin_ = 0;
  size_t filled_ = 0;
};

// A list tag and the length behind it.
struct ListHeader {
  uint64_t length = 0;
  size_t bytes = 0;  // of tag and length
};
// Returns nullopt if the bytes begin with anything else.
std::optional<ListHeader> ParseListHeader(std::string_view bytes) {
  if (bytes.empty() || bytes[0] != kListTag) return std::nullopt;
  ListHeader header{0, 1};
  for (int shift = 0; header.bytes < bytes.size() && shift < 63; shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes[header.bytes++]);
    header.length |= uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return header;
  }
  return std::nullopt;
}

void AppendListHeader(uint64_t length, std::string* out) {
  *out += kListTag;
  for (; length >= 0x80; length >>= 7) *out += static_cast<char>(length | 0x80);
  *out += static_cast<char>(length);
}

// Whether a map entry begins with this key, as the usual writers write it. `header_bytes` are those of the entry's tag
// and length.
bool HasKey(std::string_view entry, size_t header_bytes, std::string_view key) {
  entry.remove_prefix(header_bytes);
  return entry.size() > 2 + key.size() && entry[0] == kListTag && static_cast<size_t>(entry[1]) == key.size() &&
         entry.substr(2, key.size()) == key;
}

class Scanner {
 public:
  Scanner(const fs::path& path, const SampleKeys& keys, const ForeignFormat& format, const ForeignClasses& classes,
          Unlabelled unlabelled)
      : file_(path), window_(file_), keys_(keys), format_(format), classes_(classes), unlabelled_(unlabelled) {}

  ForeignScan Run() {
    RefuseCompressed(SniffCompression(window_.At(0, kRecordHeaderBytes)), file_.path());
    scan_.bytes = file_.size();
    Place place{file_.path().string(), 0, 0};
    for (uint64_t offset = 0; offset < file_.size(); offset += scan_.records.index.back().size) {
      place.record = scan_.records.index.size();
      place.offset = offset;
      const uint64_t length = ParseRecordHeader(window_.At(offset, kRecordHeaderBytes), place);
      const uint64_t size = length + kRecordOverheadBytes;
      if (size > file_.size() - offset) {
        throw Error(place, "cut off: " + std::to_string(file_.size() - offset) + " of its " + std::to_string(size) +
                               " bytes are there");
      }
      scan_.records.index.push_back({offset, size});
      ReadLabel(offset + kRecordHeaderBytes, length, place);
      // One read fetches it together with the next record's beginning.
      const std::string_view crc = window_.At(offset + size - kRecordFooterBytes, kRecordFooterBytes);
      scan_.crc32c = ExtendCrc32c(scan_.crc32c, crc);
    }
    return std::move(scan_);
  }

 private:
  void ReadLabel(uint64_t offset, uint64_t length, const Place& place) {
    try {
      if (Skim(offset, length)) {
        Put(skimmed_, place);
        return;
      }
    } catch (const Error&) {
      // The whole record, read below, tells better what is wrong; it may also be damaged.
    }
    std::string record(scan_.records.index.back().size, '\0');
    record.resize(file_.ReadAt(*place.offset, record.size(), record.data()));
    Put(ParseRecord(record, place), place);
  }

  void Put(std::string_view payload, const Place& place) {
    const SampleFields fields(payload, keys_, place);
    if (unlabelled_ == Unlabelled::kCount && !FindForeignLabel(fields, format_, classes_)) {
      CountUnlabelled(fields);
      return;
    }
    const uint32_t label = ForeignLabel(fields, format_, classes_);
    ReadName(fields, label);
    scan_.records.labels.push_back(label);
  }

  void ReadName(const SampleFields& fields, uint32_t label) {
    std::string& name = scan_.names[label];
    const std::optional<FeatureValues> text = fields.Read(Role::kText);
    if (!text || text->kind != FeatureValues::Kind::kBytes || text->count != 1) return;
    if (name.empty()) {
      name = Printable(text->bytes);
    } else if (!scan_.other_name && name != text->bytes && name != Printable(text->bytes)) {
      scan_.other_name = OtherName{label, name, Printable(text->bytes)};
    }
  }

  void CountUnlabelled(const SampleFields& fields) {
    scan_.records.labels.push_back(0);
    if (++scan_.unlabelled > 1) return;
    try {
      ForeignLabel(fields, format_, classes_);
    } catch (const Error& error) {
      scan_.first_unlabelled = error;
    }
  }

  // Sets skimmed_ to an Example of the small features of the record, up to the last one that is wanted. Returns false
  // if the record is not written in the usual way, and if its label is not there.
  bool Skim(uint64_t offset, uint64_t length) {
    entries_.clear();
    uint64_t position = offset;
    const uint64_t end = offset + length;
    std::optional<ListHeader> header = ParseListHeader(window_.At(position, kWindowBytes / 4));
    if (!header || header->length != length - header->bytes) return false;
    position += header->bytes;
    bool label = false, text = false;
    while (position < end && !(label && text)) {
      header = ParseListHeader(window_.At(position, std::min<uint64_t>(kSmallBytes, end - position)));
      if (!header || header->length > end - position - header->bytes) return false;
      const uint64_t size = header->bytes + header->length;
      if (size <= kSmallBytes) {
        const std::string_view entry = window_.At(position, size);
        if (entry.size() < size) return false;
        entries_ += entry;
        label |= HasKey(entry, header->bytes, keys_.Of(Role::kLabel));
        text |= HasKey(entry, header->bytes, keys_.Of(Role::kText));
      }
      position += size;
    }
    if (!label) return false;
    skimmed_.clear();
    AppendListHeader(entries_.size(), &skimmed_);
    skimmed_ += entries_;
    return true;
  }

  const ReadableFile file_;
  Window window_;
  const SampleKeys& keys_;
  const ForeignFormat& format_;
  const ForeignClasses& classes_;
  const Unlabelled unlabelled_;
  ForeignScan scan_;
  std::string entries_;
  std::string skimmed_;
};

}  // namespace

void RefuseCompressed(RecordCompression compression, const fs::path& path) {
  if (compression == RecordCompression::kNone) return;
  throw Error(path, "is compressed as a whole (" + std::string(NameOf(compression)) +
                        ") and cannot be streamed; inflate it first (gzip: gzip -dc FILE > COPY)");
}

ForeignScan ScanForeignFile(const fs::path& path, const SampleKeys& keys, const ForeignFormat& format,
                            const ForeignClasses& classes, Unlabelled unlabelled) {
  return Scanner(path, keys, format, classes, unlabelled).Run();
}

}  // namespace dataset

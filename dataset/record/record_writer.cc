#include "dataset/record/record_writer.h"

#include <string>

#include "dataset/base/crc32c.h"
#include "dataset/base/error.h"
#include "dataset/base/little_endian.h"
#include "dataset/io/sync.h"
#include "dataset/record/record_format.h"

namespace dataset {

namespace {

using Header = std::array<char, kRecordHeaderBytes>;
using Footer = std::array<char, kRecordFooterBytes>;

Header HeaderOf(uint64_t size) {
  Header header;
  StoreLittleEndian<uint64_t>(size, header.data());
  StoreLittleEndian<uint32_t>(MaskCrc(Crc32c({header.data(), sizeof(uint64_t)})), header.data() + sizeof(uint64_t));
  return header;
}

Footer FooterOf(uint32_t crc32c) {
  Footer footer;
  StoreLittleEndian<uint32_t>(MaskCrc(crc32c), footer.data());
  return footer;
}

std::string TooLarge(uint64_t size) {
  return "a payload of " + std::to_string(size) + " bytes is above the limit of " + std::to_string(kMaxRecordBytes);
}

std::string_view View(const auto& bytes) { return {bytes.data(), bytes.size()}; }

}  // namespace

Payload WholePayload(std::string_view bytes) { return {{bytes}, bytes.size() > kMaxRecordBytes ? 0 : Crc32c(bytes)}; }

std::string FrameRecord(std::string_view payload) {
  if (payload.size() > kMaxRecordBytes) throw Error(TooLarge(payload.size()));
  std::string record;
  record += View(HeaderOf(payload.size()));
  record += payload;
  record += View(FooterOf(Crc32c(payload)));
  return record;
}

RecordWriter::RecordWriter(const std::filesystem::path& path, RecordCompression compression) : file_(path) {
  if (compression == RecordCompression::kNone) return;
  deflater_.emplace(compression, [this](std::string_view data) {
    file_.Append(data);
    crc_ = ExtendCrc32c(crc_, data);
  });
}

uint64_t RecordWriter::Write(const Payload& payload) {
  const uint64_t offset = offset_;
  if (payload.size() > kMaxRecordBytes) {
    throw Error(Place{file_.path().string(), records_, offset}, TooLarge(payload.size()));
  }
  const Header header = HeaderOf(payload.size());
  const Footer footer = FooterOf(payload.crc32c);
  if (deflater_) {
    deflater_->Append(View(header));
    for (const std::string_view piece : payload.pieces) deflater_->Append(piece);
    deflater_->Append(View(footer));
  } else {
    file_.Append(View(header));
    for (const std::string_view piece : payload.pieces) file_.Append(piece);
    file_.Append(View(footer));
    crc_ = ExtendCrc32c(crc_, View(header));
    crc_ = CombineCrc32c(crc_, payload.crc32c, payload.size());
    crc_ = ExtendCrc32c(crc_, View(footer));
  }
  offset_ += kRecordOverheadBytes + payload.size();
  ++records_;
  return offset;
}

void RecordWriter::Close(Sync sync) {
  if (deflater_) deflater_->Finish();
  file_.Close(sync);
}

}  // namespace dataset

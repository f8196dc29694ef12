#include "dataset/record/record_writer.h"

#include <string>

#include "dataset/base/crc32c.h"
#include "dataset/base/error.h"
#include "dataset/base/little_endian.h"
#include "dataset/io/sync.h"
#include "dataset/record/record_format.h"

namespace dataset {

Payload WholePayload(std::string_view bytes) { return {{bytes}, bytes.size() > kMaxRecordBytes ? 0 : Crc32c(bytes)}; }

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
    throw Error(Place{file_.path().string(), records_, offset}, "a payload of " + std::to_string(payload.size()) +
                                                                    " bytes is above the limit of " +
                                                                    std::to_string(kMaxRecordBytes));
  }
  char header[kRecordHeaderBytes];
  StoreLittleEndian<uint64_t>(payload.size(), header);
  StoreLittleEndian<uint32_t>(MaskCrc(Crc32c({header, sizeof(uint64_t)})), header + sizeof(uint64_t));
  char footer[kRecordFooterBytes];
  StoreLittleEndian<uint32_t>(MaskCrc(payload.crc32c), footer);

  if (deflater_) {
    deflater_->Append({header, sizeof(header)});
    for (const std::string_view piece : payload.pieces) deflater_->Append(piece);
    deflater_->Append({footer, sizeof(footer)});
  } else {
    file_.Append({header, sizeof(header)});
    for (const std::string_view piece : payload.pieces) file_.Append(piece);
    file_.Append({footer, sizeof(footer)});
    crc_ = ExtendCrc32c(crc_, {header, sizeof(header)});
    crc_ = CombineCrc32c(crc_, payload.crc32c, payload.size());
    crc_ = ExtendCrc32c(crc_, {footer, sizeof(footer)});
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

#include "dataset/record_writer.h"

#include <string>

#include "dataset/crc32c.h"
#include "dataset/error.h"
#include "dataset/little_endian.h"

namespace dataset {

RecordWriter::RecordWriter(const std::filesystem::path& path, RecordCompression compression) : file_(path) {
  if (compression == RecordCompression::kNone) return;
  deflater_.emplace(compression, [this](std::string_view data) { AppendToFile(data); });
}

uint64_t RecordWriter::Write(std::string_view payload) {
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
  StoreLittleEndian<uint32_t>(MaskCrc(Crc32c(payload)), footer);

  Append({header, sizeof(header)});
  Append(payload);
  Append({footer, sizeof(footer)});
  offset_ += kRecordOverheadBytes + payload.size();
  ++records_;
  return offset;
}

void RecordWriter::Close(Sync sync) {
  if (deflater_) deflater_->Finish();
  file_.Close(sync);
}

void RecordWriter::Append(std::string_view data) {
  if (deflater_) {
    deflater_->Append(data);
  } else {
    AppendToFile(data);
  }
}

void RecordWriter::AppendToFile(std::string_view data) {
  file_.Append(data);
  crc_ = ExtendCrc32c(crc_, data);
}

}  // namespace dataset

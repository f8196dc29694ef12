#include "dataset/read/sample_peek.h"

#include <tbb/blocked_range.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <span>
#include <string_view>

#include "dataset/base/little_endian.h"
#include "dataset/codec/image_header.h"
#include "dataset/io/readable_file.h"
#include "dataset/record/record_format.h"

namespace dataset {
namespace {

// Reads a part of a file in protocol buffers' wire format, through a small window, so that long values are skipped and
// not read. Every function returns false at the end of the part and for bytes that are not such a message.
class WireReader {
 public:
  WireReader(const ReadableFile& file, uint64_t begin, uint64_t end) : file_(file), position_(begin), end_(end) {}

  // Sets the part to [begin, end) of the file.
  void MoveTo(uint64_t begin, uint64_t end) {
    position_ = begin;
    end_ = end;
  }

  struct Field {
    uint32_t number = 0;
    bool is_varint = false;
    uint64_t varint = 0;
    uint64_t begin = 0;  // the value in the file, if it is no varint: [begin, end)
    uint64_t end = 0;
  };
  // Reads the next field and moves behind it.
  bool Next(Field* field) {
    uint64_t tag = 0, length = 0;
    if (position_ >= end_ || !Varint(&tag)) return false;
    field->number = static_cast<uint32_t>(tag >> 3);
    field->is_varint = (tag & 7) == 0;
    if (field->is_varint) return Varint(&field->varint);
    if ((tag & 7) == 1) length = 8;
    if ((tag & 7) == 5) length = 4;
    if ((tag & 7) == 2 && !Varint(&length)) return false;
    if ((tag & 7) > 5 || (tag & 7) == 3 || (tag & 7) == 4 || length > end_ - position_) return false;
    field->begin = position_;
    field->end = position_ += length;
    return true;
  }

  bool Varint(uint64_t* value) {
    *value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (position_ >= end_ || !Fill(position_, 1)) return false;
      const auto byte = static_cast<unsigned char>(window_[position_++ - window_begin_]);
      *value |= uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }

  // Returns the bytes of a short value, or "" for a long one.
  std::string_view Text(const Field& field) {
    const uint64_t size = field.end - field.begin;
    if (size > window_.size() || !Fill(field.begin, size)) return {};
    return {window_.data() + (field.begin - window_begin_), size};
  }

 private:
  bool Fill(uint64_t begin, uint64_t size) {
    if (begin >= window_begin_ && begin + size <= window_begin_ + window_size_) return true;
    window_begin_ = begin;
    window_size_ = file_.ReadAt(begin, window_.size(), window_.data());
    return size <= window_size_;
  }

  const ReadableFile& file_;
  uint64_t position_;
  uint64_t end_;
  std::array<char, 512> window_;
  uint64_t window_begin_ = 0;
  uint64_t window_size_ = 0;
};

// Returns the first integer of a Feature.
std::optional<int64_t> FirstInteger(WireReader& reader, const WireReader::Field& feature) {
  WireReader::Field list, value;
  reader.MoveTo(feature.begin, feature.end);
  while (reader.Next(&list)) {
    if (list.number != 3 || list.is_varint) continue;
    reader.MoveTo(list.begin, list.end);
    if (!reader.Next(&value) || value.number != 1) return std::nullopt;
    if (!value.is_varint) {
      reader.MoveTo(value.begin, value.end);
      if (!reader.Varint(&value.varint)) return std::nullopt;
    }
    return static_cast<int64_t>(value.varint);
  }
  return std::nullopt;
}

// Returns the first byte string of a Feature, "" if it is long or there is none.
std::string FirstText(WireReader& reader, const WireReader::Field& feature) {
  WireReader::Field list, value;
  reader.MoveTo(feature.begin, feature.end);
  while (reader.Next(&list)) {
    if (list.number != 1 || list.is_varint) continue;
    reader.MoveTo(list.begin, list.end);
    if (!reader.Next(&value) || value.number != 1 || value.is_varint) return "";
    return std::string(reader.Text(value));
  }
  return "";
}

struct Wanted {
  Role role;
  std::optional<int64_t> value;
  std::string text{};  // of kSourceId alone
};

// Reads a record until all wanted features are found, and sets their values.
void Peek(const ShardSet& shards, SampleId id, const SampleKeys& keys, std::span<Wanted> wanted) {
  const ShardSet::Location location = shards.Locate(id);
  WireReader reader(shards.file(location.shard), location.offset + kRecordHeaderBytes,
                    location.offset + location.size - kRecordFooterBytes);
  WireReader::Field features, entry, part;
  size_t found = 0;
  while (reader.Next(&features)) {
    if (features.number != 1 || features.is_varint) continue;
    reader.MoveTo(features.begin, features.end);
    while (found < wanted.size() && reader.Next(&entry)) {
      if (entry.number != 1 || entry.is_varint) continue;
      Wanted* match = nullptr;
      reader.MoveTo(entry.begin, entry.end);
      while (reader.Next(&part)) {
        if (part.is_varint) continue;
        if (part.number == 1) {
          const std::string_view key = reader.Text(part);
          for (Wanted& one : wanted) {
            if (key == keys.Of(one.role)) match = &one;
          }
        } else if (part.number == 2 && match != nullptr) {
          if (match->role == Role::kSourceId) {
            match->text = FirstText(reader, part);
          } else {
            match->value = FirstInteger(reader, part);
          }
          ++found;
          break;
        }
      }
      reader.MoveTo(entry.end, features.end);
    }
    return;
  }
}

// Calls visit(id) for every sample, from many threads at a time.
template <typename Visit>
void ForEachSample(const ShardSet& shards, int threads, const Visit& visit) {
  for (uint32_t shard = 0; shard < shards.shards(); ++shard) shards.file(shard).Advise(Access::kRandom);
  tbb::task_arena arena(std::min(threads, tbb::info::default_concurrency()));
  arena.execute([&] {
    tbb::parallel_for(tbb::blocked_range<SampleId>(0, shards.size(), 64), [&](const auto& range) {
      for (SampleId id = range.begin(); id != range.end(); ++id) visit(id);
    });
  });
  for (uint32_t shard = 0; shard < shards.shards(); ++shard) shards.file(shard).Advise(Access::kNormal);
}

}  // namespace

std::vector<uint32_t> PeekLabels(const ShardSet& shards, const SampleKeys& keys, uint32_t classes, int threads) {
  std::vector<uint32_t> labels(shards.size());
  ForEachSample(shards, threads, [&](SampleId id) {
    Wanted label[] = {{Role::kLabel, {}}};
    Peek(shards, id, keys, label);
    const int64_t value = label[0].value.value_or(0);
    if (value > 0 && value < classes) labels[id] = static_cast<uint32_t>(value);
  });
  return labels;
}

std::optional<uint64_t> PeekPixels(const ShardSet& shards, const SampleKeys& keys, int threads) {
  std::atomic<uint64_t> pixels = 0;
  std::atomic<bool> known = true;
  ForEachSample(shards, threads, [&](SampleId id) {
    Wanted sides[] = {{Role::kHeight, {}}, {Role::kWidth, {}}};
    Peek(shards, id, keys, sides);
    const int64_t height = sides[0].value.value_or(0), width = sides[1].value.value_or(0);
    if (height > 0 && width > 0 && height <= kMaxPixels / width) {
      pixels += static_cast<uint64_t>(height * width);
    } else {
      known = false;
    }
  });
  return known ? std::optional(pixels.load()) : std::nullopt;
}

std::vector<std::string> SourcesOf(const ShardSet& shards, const DatasetInfo& info, int threads) {
  std::vector<std::string> sources(shards.size());
  ForEachSample(shards, threads, [&](SampleId id) {
    Wanted source[] = {{Role::kSourceId, {}}};
    if (!info.foreign) Peek(shards, id, info.keys, source);
    sources[id] = std::move(source[0].text);
    if (!sources[id].empty()) return;
    const ShardSet::Location location = shards.Locate(id);
    std::array<char, kRecordFooterBytes> crc{};
    shards.file(location.shard).ReadAt(location.offset + location.size - crc.size(), crc.size(), crc.data());
    sources[id] = std::to_string(location.size) + " " + std::to_string(LoadLittleEndian<uint32_t>(crc.data()));
  });
  return sources;
}

std::vector<uint32_t> LabelsOf(const ShardSet& shards, const DatasetInfo& info, Split split, int threads) {
  if (!info.foreign) return PeekLabels(shards, info.keys, static_cast<uint32_t>(info.classes.size()), threads);
  std::vector<uint32_t> labels;
  labels.reserve(shards.size());
  for (const ShardInfo& shard : info.Find(split)->shards) {
    labels.insert(labels.end(), shard.foreign->labels.begin(), shard.foreign->labels.end());
  }
  return labels;
}

}  // namespace dataset

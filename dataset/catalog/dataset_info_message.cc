#include "dataset/catalog/dataset_info_message.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

#include "dataset/base/error.h"
#include "dataset/record/record_format.h"
#include "dataset/record/shard_index.h"
#include "dataset/sample/store.h"
#include "proto/dataset_info.pb.h"

namespace dataset {
namespace {

constexpr uint32_t kFormatVersion = 1;

// Turns the untrusted message into a DatasetInfo, or throws Error that says which field is wrong.
class Reader {
 public:
  Reader(Stage stage, const std::string& file) : stage_(stage), file_(file) {}

  DatasetInfo Read(const dstools::DatasetInfo& message) const {
    Check(message.format_version() == kFormatVersion,
          "format_version " + std::to_string(message.format_version()) + " is not " + std::to_string(kFormatVersion));
    DatasetInfo info;
    info.tool_version = message.tool_version();
    info.name = message.name();
    Check(IsDatasetName(info.name), "name \"" + info.name + "\" is not [A-Za-z]\\w*");
    info.classes.assign(message.classes().begin(), message.classes().end());
    ReadClasses(info);
    info.store = ReadStore(message.store());
    info.channels = message.channels();
    Check(info.channels == 0 || info.channels == 1 || info.channels == 3, "channels must be 0, 1 or 3");
    info.resize = message.resize();
    info.quality = message.quality();
    Check(info.quality <= 100, "quality is above 100");
    info.width = message.width();
    info.height = message.height();
    info.depth = ReadDepth(message);
    info.keys = ReadKeys(message.keys());
    info.compression = ReadCompression(message.compression());
    info.train_pixels = ReadMessage(message.train_pixels(), info.channels, file_);
    if (info.store == Store::kNormalized) info.scale = ReadScale(message.scale(), info.channels);
    for (const auto& split : message.splits()) info.splits.push_back(ReadSplit(split, info));
    Check(!info.splits.empty(), "has no splits");
    info.seed = message.seed();
    info.root = message.root();
    info.manifest_sha256 = message.manifest_sha256();
    info.fingerprint = message.fingerprint();
    info.options.insert(message.options().begin(), message.options().end());
    return info;
  }

 private:
  void Check(bool good, const std::string& cause) const {
    if (!good) throw Error(file_, cause);
  }

  void ReadClasses(const DatasetInfo& info) const {
    Check(!info.classes.empty(), "has no classes");
    std::set<std::string_view> seen;
    for (const std::string& name : info.classes) {
      Check(!name.empty(), "a class has no name");
      Check(seen.insert(name).second, "class \"" + name + "\" is there twice");
    }
  }

  Store ReadStore(const std::string& name) const {
    const std::optional<Store> store = ParseName<Store>(name);
    Check(store.has_value(), "store \"" + name + "\" is none of compressed, raw, normalized");
    return *store;
  }

  SampleKeys ReadKeys(const google::protobuf::Map<std::string, std::string>& keys) const {
    try {
      return SampleKeys({keys.begin(), keys.end()});
    } catch (const Error& error) {
      throw Error(file_, error.what());
    }
  }

  Depth ReadDepth(const dstools::DatasetInfo& message) const {
    if (message.depth_size() == 0) return {};
    Check(message.depth_size() == 2 && std::isfinite(message.depth(0)) && std::isfinite(message.depth(1)) &&
              message.depth(0) < message.depth(1),
          "depth is not two numbers, the first below the second");
    return Depth::Range(message.depth(0), message.depth(1));
  }

  RecordCompression ReadCompression(const std::string& name) const {
    if (name.empty()) return RecordCompression::kNone;
    const auto compression = ParseName<RecordCompression>(name);
    Check(compression.has_value(), "compression \"" + name + "\" is none of none, gzip, zlib");
    return *compression;
  }

  Scale ReadScale(const dstools::Scale& message, uint32_t channels) const {
    const std::optional<ScaleMode> mode = ParseName<ScaleMode>(message.mode());
    Check(mode && mode != ScaleMode::kByte, "scale.mode \"" + message.mode() + "\" is none of unit, signed, standard");
    const std::optional<ValueType> dtype = ParseName<ValueType>(message.dtype());
    Check(dtype.has_value(), "scale.dtype \"" + message.dtype() + "\" is neither float32 nor float16");
    Scale scale{*mode, *dtype, {}, {}};
    const int size = channels == 1 ? 1 : 3;
    Check(message.a_size() == size && message.b_size() == size,
          "scale.a and scale.b must have " + std::to_string(size) + " numbers");
    scale.a.assign(message.a().begin(), message.a().end());
    scale.b.assign(message.b().begin(), message.b().end());
    for (int c = 0; c < size; ++c) {
      Check(std::isfinite(scale.a[c]) && scale.a[c] > 0 && std::isfinite(scale.b[c]),
            "scale has a number out of range");
    }
    return scale;
  }

  DatasetSplit ReadSplit(const dstools::DatasetSplit& message, const DatasetInfo& info) const {
    const std::string& name = message.name();
    const std::optional<Split> split = ParseName<Split>(name);
    Check(split.has_value(), "split \"" + name + "\" is none of train, val, test");
    Check(info.splits.empty() || info.splits.back().split < *split, "splits are not in the order train, val, test");
    DatasetSplit read{*split, message.records(), {}, message.rejected(), {}, message.repeated()};
    Check(read.records > 0 || stage_ == Stage::kPlanned, "split " + name + " has no records");
    Check(read.repeated <= read.records, "split " + name + " has more repeated records than records");

    Check(static_cast<size_t>(message.records_per_class_size()) == info.classes.size(),
          "split " + name + ": records_per_class must have one number a class");
    read.records_per_class.assign(message.records_per_class().begin(), message.records_per_class().end());
    uint64_t sum = 0;
    for (uint32_t records : read.records_per_class) sum += records;
    Check(sum == read.records, "split " + name + ": records_per_class does not add up to records");

    const uint32_t shards = static_cast<uint32_t>(message.shards_size());
    sum = 0;
    for (uint32_t i = 0; i < shards; ++i) {
      const dstools::ShardInfo& shard = message.shards(static_cast<int>(i));
      // The name must be the computed one, so it cannot lead out of the folder.
      const std::string expected = ShardName(info.name, name, i, shards);
      Check(shard.name() == expected, "shard \"" + shard.name() + "\" must be named " + expected);
      const bool plain = info.compression == RecordCompression::kNone;
      Check((!plain || shard.bytes() / kRecordOverheadBytes >= shard.records()) &&
                shard.bytes() <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max()),
            "shard " + expected + " cannot hold " + std::to_string(shard.records()) + " records in " +
                std::to_string(shard.bytes()) + " bytes");
      read.shards.push_back({expected, shard.records(), shard.bytes(), shard.crc32c()});
      sum += shard.records();
    }
    Check(sum == read.records, "split " + name + ": the shards' records do not add up to records");
    return read;
  }

  const Stage stage_;
  const std::string& file_;
};

}  // namespace

void FillMessage(const DatasetInfo& info, dstools::DatasetInfo* message) {
  message->set_format_version(kFormatVersion);
  message->set_tool_version(info.tool_version);
  message->set_name(info.name);
  message->mutable_classes()->Add(info.classes.begin(), info.classes.end());
  for (const DatasetSplit& split : info.splits) {
    dstools::DatasetSplit* to = message->add_splits();
    to->set_name(std::string(NameOf(split.split)));
    to->set_records(split.records);
    to->mutable_records_per_class()->Add(split.records_per_class.begin(), split.records_per_class.end());
    to->set_rejected(split.rejected);
    to->set_repeated(split.repeated);
    for (const ShardInfo& shard : split.shards) FillMessage(shard, to->add_shards());
  }
  message->set_store(std::string(NameOf(info.store)));
  message->set_channels(info.channels);
  message->set_resize(info.resize);
  message->set_quality(info.quality);
  message->set_width(info.width);
  message->set_height(info.height);
  if (info.depth.kind == Depth::Kind::kRange) {
    message->add_depth(info.depth.low);
    message->add_depth(info.depth.high);
  }
  message->mutable_keys()->insert(info.keys.renamed().begin(), info.keys.renamed().end());
  message->set_compression(std::string(NameOf(info.compression)));
  if (!info.train_pixels.empty()) FillMessage(info.train_pixels, message->mutable_train_pixels());
  if (info.store == Store::kNormalized) {
    dstools::Scale* scale = message->mutable_scale();
    scale->set_mode(std::string(NameOf(info.scale.mode)));
    scale->set_dtype(std::string(NameOf(info.scale.dtype)));
    scale->mutable_a()->Add(info.scale.a.begin(), info.scale.a.end());
    scale->mutable_b()->Add(info.scale.b.begin(), info.scale.b.end());
  }
  message->set_seed(info.seed);
  message->set_root(info.root);
  message->set_manifest_sha256(info.manifest_sha256);
  message->set_fingerprint(info.fingerprint);
  message->mutable_options()->insert(info.options.begin(), info.options.end());
}

void FillMessage(const ShardInfo& shard, dstools::ShardInfo* message) {
  message->set_name(shard.name);
  message->set_records(shard.records);
  message->set_bytes(shard.bytes);
  message->set_crc32c(shard.crc32c);
}

void FillMessage(const PixelSums& sums, dstools::PixelSums* message) {
  message->set_pixels(sums.pixels());
  message->mutable_sum()->Assign(sums.sum().begin(), sums.sum().end());
  message->mutable_sum_of_squares()->Assign(sums.sum_of_squares().begin(), sums.sum_of_squares().end());
}

DatasetInfo ReadMessage(const dstools::DatasetInfo& message, Stage stage, const std::string& file) {
  return Reader(stage, file).Read(message);
}

PixelSums ReadMessage(const dstools::PixelSums& message, uint32_t channels, const std::string& file) {
  if (message.pixels() == 0) return {};
  const bool fits = channels != 0 && static_cast<uint32_t>(message.sum_size()) == channels &&
                    static_cast<uint32_t>(message.sum_of_squares_size()) == channels;
  if (!fits) throw Error(file, "the pixel sums must have one number a channel");
  for (int c = 0; c < message.sum_size(); ++c) {
    // Bounds that the sums of real bytes keep: the largest byte is 255, and Cauchy's inequality holds.
    using Uint128 = unsigned __int128;
    const Uint128 n = message.pixels(), sum = message.sum(c), squares = message.sum_of_squares(c);
    if (sum > 255 * n || squares > 255 * sum || sum * sum > n * squares) {
      throw Error(file, "the pixel sums are not those of any pictures");
    }
  }
  return {message.pixels(),
          {message.sum().begin(), message.sum().end()},
          {message.sum_of_squares().begin(), message.sum_of_squares().end()}};
}

}  // namespace dataset

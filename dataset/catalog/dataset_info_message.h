#pragma once

#include <string>

#include "dataset/catalog/dataset_info.h"

namespace dstools {
class DatasetInfo;
class PixelSums;
class ShardInfo;
}  // namespace dstools

// Conversions between structs and the protobuf messages that are stored as JSON. Internal to the files that read and
// write this JSON.
namespace dataset {

enum class Stage {
  kPlanned,   // splits may have no records yet
  kComplete,  // every split must have records
};

// Set all fields of an empty message.
void FillMessage(const DatasetInfo& info, dstools::DatasetInfo* message);
void FillMessage(const ShardInfo& shard, dstools::ShardInfo* message);
void FillMessage(const PixelSums& sums, dstools::PixelSums* message);

// Convert an untrusted message. Throw Error, which names `file`, for a field that is not valid.
DatasetInfo ReadMessage(const dstools::DatasetInfo& message, Stage stage, const std::string& file);
PixelSums ReadMessage(const dstools::PixelSums& message, uint32_t channels, const std::string& file);

}  // namespace dataset

#pragma once

#include <string>

#include "dataset/catalog/dataset_info.h"

namespace dstools {
class DatasetInfo;
class PixelSums;
class ShardInfo;
}  // namespace dstools

// Between structs and protobuf messages, for the files that hold the latter as JSON. Internal.
namespace dataset {

enum class Stage {
  kPlanned,   // no shard has records yet
  kComplete,  // every split has records
};

void FillMessage(const DatasetInfo& info, dstools::DatasetInfo* message);
void FillMessage(const ShardInfo& shard, dstools::ShardInfo* message);
void FillMessage(const PixelSums& sums, dstools::PixelSums* message);

// Untrusted; throw Error naming `file`.
DatasetInfo ReadMessage(const dstools::DatasetInfo& message, Stage stage, const std::string& file);
PixelSums ReadMessage(const dstools::PixelSums& message, uint32_t channels, const std::string& file);

}  // namespace dataset

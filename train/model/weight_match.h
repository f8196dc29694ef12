#pragma once

#include <optional>
#include <string>

#include "train/model/weight_map.h"

namespace train {

// Says in words for the user why a file does not fit: missing, misshapen and unknown tensors and, if there is one, the
// backbone that it fits better.
std::string ExplainMismatch(const Architecture& architecture, const WeightMap& map, const WeightNames& names);

// Returns the variant of the backbone that the file's tensors fit best. If several fit equally well, or none at all,
// `favourite` wins, then the one whose published files have the file's spelling, then the first.
const VariantInfo& ChooseVariant(const BackboneInfo& backbone, const WeightNames& names,
                                 std::optional<Variant> favourite = std::nullopt);

}  // namespace train

#pragma once

#include <optional>
#include <string>

#include "train/model/weight_map.h"

namespace train {

// What is wrong, in words for the user: missing, misshapen and unknown tensors, and the backbone that the file fits
// better, if there is one.
std::string ExplainMismatch(const Architecture& architecture, const WeightMap& map, const WeightNames& names);

// The variant of the backbone whose tensors the file has; among equals `favourite`, else the one whose files are
// spelled so, else the first. The default one if none has any.
const VariantInfo& ChooseVariant(const BackboneInfo& backbone, const WeightNames& names,
                                 std::optional<Variant> favourite = std::nullopt);

}  // namespace train

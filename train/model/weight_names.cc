#include "train/model/weight_names.h"

#include <string_view>
#include <utility>

#include "dataset/base/ascii.h"
#include "dataset/base/error.h"
#include "train/weights/quote.h"

namespace train {

namespace {

// torchvision's names before 2018, such as features.denseblock1.denselayer1.norm.1.weight.
std::string ModernTorch(std::string name) {
  const size_t layer = name.find("denselayer");
  if (layer == name.npos) return name;
  for (const std::string_view part : {".norm.", ".conv."}) {
    const size_t at = name.find(part, layer);
    const size_t digit = at == name.npos ? at : at + part.size();
    if (digit < name.size() && (name[digit] == '1' || name[digit] == '2')) return name.erase(digit - 1, 1);
  }
  return name;
}

// Keras 2 had '/' and capitals where Keras 3 has '_' and small letters: conv1/conv became conv1_conv, and
// expanded_conv/depthwise/BatchNorm became expanded_conv_depthwise_bn.
std::string ModernKeras(std::string name) {
  constexpr std::string_view kNorm = "/batchnorm/";
  name = dataset::AsciiLower(name);
  const size_t norm = name.find(kNorm);
  if (norm != name.npos) name.replace(norm, kNorm.size(), "_bn/");
  const size_t last = name.rfind('/');
  for (size_t i = 0; i < last && i < name.size(); ++i) {
    if (name[i] == '/') name[i] = '_';
  }
  return name;
}

}  // namespace

WeightNames::WeightNames(const TensorFile& file) {
  for (const TensorView& view : file.tensors()) {
    const auto [other, added] = names_.emplace(KeyOf(view.name), &view);
    if (!added) {
      throw dataset::Error(file.path(), "has both " + Quote(other->second->name) + " and " + Quote(view.name) +
                                            ", an old and a new name of one tensor; remove one of them");
    }
  }
}

const TensorView* WeightNames::Find(const std::string& name) const {
  const auto found = names_.find(KeyOf(name));
  return found == names_.end() ? nullptr : found->second;
}

std::string WeightNames::KeyOf(std::string name) {
  return name.find('/') == name.npos ? ModernTorch(std::move(name)) : ModernKeras(std::move(name));
}

}  // namespace train

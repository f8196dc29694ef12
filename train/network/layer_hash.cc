#include "train/network/layer_hash.h"

#include "dataset/base/sha256.h"
#include "train/network/tensors.h"

namespace train {

std::string HashLayers(const Network& network, int end) {
  dataset::Sha256 hash;
  hash.Update(std::to_string(end) + "\n");
  for (const Network::Entry& entry : network.entries()) {
    if (entry.parameter.layer >= end || entry.parameter.role == TensorRole::kBatches) continue;
    std::vector<torch::Tensor> storage;
    hash.Update(AsView("", entry.tensor, storage).bytes);
  }
  return hash.FinishHex();
}

}  // namespace train

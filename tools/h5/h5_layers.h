#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

// Why a file is refused: the cause and the cure, without the file's name. It may quote the file.
class Refusal : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What Keras' legacy HDF5 format says of one weight (see train/weights/h5_index.h).
struct H5Weight {
  std::string layer;
  std::string weight;
  std::string dtype;
  std::vector<uint64_t> shape;
  uint64_t bytes = 0;
  bool copied = false;
  uint64_t offset = 0;  // of those that are not copied
  int64_t dataset = -1;
};

// The weights of a Keras file by libhdf5, which runs here: in the confined process, never in another. No other file is
// opened, and links, virtual datasets and filters that would be plug-ins are refused, as are Theano's kernels.
class H5Layers {
 public:
  // `file` is the whole file; it is neither copied nor written to, and must outlive this. Throws Refusal.
  explicit H5Layers(std::string_view file);
  const std::vector<H5Weight>& weights() const { return weights_; }
  // Of a copied one.
  std::string Read(const H5Weight& weight) const;

 private:
  void AddLayer(int64_t group, const std::string& layer);

  uint64_t copied_bytes_ = 0;
  uint64_t max_copied_bytes_;
  std::vector<H5Weight> weights_;
};

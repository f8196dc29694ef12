#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "train/weights/tensor_file.h"

namespace train {

// The index of an HDF5 file. dstools-h5 (tools/h5/dstools_h5.cc) reads the file from standard input and writes the
// index to standard output. Numbers are little-endian, a string is its u32 length and its bytes, nothing is padded:
//
//   the 8 bytes of kH5IndexMagic, u32 number of tensors
//   for each tensor: string layer, string weight, string dtype (as DTypeName), u8 dimensions, i64 each dimension,
//                    u8 place: 0 = in the HDF5 file, at the u64 offset that follows; 1 = copied
//   the bytes of the copied tensors, in the order of the index
inline constexpr std::string_view kH5IndexMagic = "H5INDEX1";
inline constexpr size_t kMaxH5Tensors = size_t{1} << 16;
inline constexpr size_t kMaxH5Name = 4096;
inline constexpr size_t kMaxH5Dimensions = 32;  // HDF5's own limit
enum class H5Place : uint8_t { kFile = 0, kCopied = 1 };

// The most bytes of copied tensors. Tensors are copied if they are chunked, and so may be compressed, or compact.
// Deflate can pack a thousandfold, so without a bound a small file could ask for any memory; real weights hardly
// shrink.
inline constexpr uint64_t MaxH5CopiedBytes(uint64_t file_size) { return 8 * file_size + (uint64_t{64} << 20); }

struct H5Tensor {
  std::string_view layer;   // the group's name, as in the file's attribute layer_names
  std::string_view weight;  // the weight's name, as in the group's attribute weight_names
  DType dtype = DType::kFloat32;
  std::vector<int64_t> shape;
  std::string_view bytes;
};

// Parses `answer`, the index of the HDF5 file whose bytes are `file`. The answer is untrusted, since a hostile file may
// have taken over the process that wrote it. The result has views of `answer` and `file`, which must outlive it. Throws
// dataset::Error, which names `name`.
std::vector<H5Tensor> ReadH5Index(std::string_view answer, std::string_view file, const std::string& name);

}  // namespace train

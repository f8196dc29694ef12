#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "train/weights/tensor_file.h"

namespace train {

// What dstools-h5 (tools/h5/dstools_h5.cc) writes to standard output of the HDF5 file on its standard input. Numbers
// are little-endian, a string is its u32 length and its bytes, nothing is padded:
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

// Only chunked, hence possibly compressed, and compact tensors are copied. Deflate packs up to a thousandfold: without
// a bound a small file could ask for any memory, while weights are noise that packs to little less than their size.
inline constexpr uint64_t MaxH5CopiedBytes(uint64_t file_size) { return 8 * file_size + (uint64_t{64} << 20); }

struct H5Tensor {
  std::string_view layer;   // the group, as the file's attribute layer_names spells it
  std::string_view weight;  // as the group's attribute weight_names spells it
  DType dtype = DType::kFloat32;
  std::vector<int64_t> shape;
  std::string_view bytes;
};

// `answer` is untrusted: whoever takes libhdf5 over decides what it says. The views are of `answer` and of `file`, the
// whole HDF5 file. Throws dataset::Error with `name`.
std::vector<H5Tensor> ReadH5Index(std::string_view answer, std::string_view file, const std::string& name);

}  // namespace train

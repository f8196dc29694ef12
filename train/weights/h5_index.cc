#include "train/weights/h5_index.h"

#include <optional>

#include "train/weights/byte_reader.h"
#include "train/weights/quote.h"

namespace train {
namespace {

std::string_view ReadString(ByteReader* reader) {
  const uint64_t at = reader->position();
  const uint32_t size = reader->Read<uint32_t>();
  if (size > kMaxH5Name) reader->Fail(at, "a name of " + std::to_string(size) + " bytes");
  return reader->Take(size);
}

// Reads one entry; its `bytes` stay empty if they are copied, since they lie behind the index.
H5Tensor ReadTensor(ByteReader* reader, std::string_view file, H5Place* place) {
  const uint64_t at = reader->position();
  H5Tensor tensor;
  tensor.layer = ReadString(reader);
  tensor.weight = ReadString(reader);
  const std::string_view dtype = ReadString(reader);
  const std::optional<DType> known = dataset::ParseName<DType>(dtype);
  if (!known) reader->Fail(at, "unknown type " + Quote(dtype));
  tensor.dtype = *known;
  const size_t dimensions = reader->Read<uint8_t>();
  if (dimensions > kMaxH5Dimensions) reader->Fail(at, std::to_string(dimensions) + " dimensions");
  for (size_t i = 0; i < dimensions; ++i) tensor.shape.push_back(reader->Read<int64_t>());
  const std::optional<uint64_t> bytes = TensorBytes(tensor.shape, tensor.dtype);
  if (!bytes) reader->Fail(at, "weight " + Quote(tensor.weight) + " has an impossible shape");
  *place = static_cast<H5Place>(reader->Read<uint8_t>());
  if (*place == H5Place::kFile) {
    const uint64_t offset = reader->Read<uint64_t>();
    if (*bytes > file.size() || offset > file.size() - *bytes) {
      reader->Fail(at, "weight " + Quote(tensor.weight) + " reaches beyond the end of the file");
    }
    tensor.bytes = file.substr(offset, *bytes);
  } else if (*place != H5Place::kCopied) {
    reader->Fail(at, "weight " + Quote(tensor.weight) + " is in no known place");
  }
  return tensor;
}

}  // namespace

std::vector<H5Tensor> ReadH5Index(std::string_view answer, std::string_view file, const std::string& name) {
  ByteReader reader(answer, name + ": the index that libhdf5 made");
  if (reader.Take(kH5IndexMagic.size()) != kH5IndexMagic) reader.Fail(0, "is no index; reinstall dstools-h5");
  const uint32_t count = reader.Read<uint32_t>();
  if (count > kMaxH5Tensors) reader.Fail(0, std::to_string(count) + " tensors");
  std::vector<H5Tensor> tensors;
  std::vector<size_t> copied;
  for (uint32_t i = 0; i < count; ++i) {
    H5Place place;
    tensors.push_back(ReadTensor(&reader, file, &place));
    if (place == H5Place::kCopied) copied.push_back(i);
  }
  for (const size_t i : copied) {
    tensors[i].bytes = reader.Take(*TensorBytes(tensors[i].shape, tensors[i].dtype));
  }
  if (reader.remaining() > 0) reader.Fail(reader.position(), "has bytes behind the last tensor");
  return tensors;
}

}  // namespace train

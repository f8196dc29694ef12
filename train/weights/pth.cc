#include "train/weights/pth.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "dataset/base/error.h"
#include "train/weights/byte_reader.h"
#include "train/weights/pickle.h"
#include "train/weights/quote.h"
#include "train/weights/state_dict.h"
#include "train/weights/zip_archive.h"

namespace train {
namespace {

constexpr size_t kMaxDimensions = 16;
constexpr std::string_view kLegacyMagic = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";
constexpr int64_t kLegacyProtocol = 1001;

// The limit of copies of tensors that are not contiguous. Any number of them may view one storage, so without a limit a
// small file could ask for any memory.
uint64_t MaxCopiedBytes(uint64_t file_size) { return std::max(uint64_t{64} << 20, 4 * file_size); }

std::optional<std::vector<int64_t>> Counts(const Tuple& tuple) {
  std::vector<int64_t> counts;
  if (tuple.items.size() > kMaxDimensions) return std::nullopt;
  for (const Value* item : tuple.items) {
    const int64_t* count = item->As<int64_t>();
    if (count == nullptr || *count < 0) return std::nullopt;
    counts.push_back(*count);
  }
  return counts;
}

// Returns the end of the elements that a tensor, which must not be empty, reaches; nullopt if it is beyond int64.
std::optional<int64_t> End(int64_t offset, const std::vector<int64_t>& shape, const std::vector<int64_t>& stride) {
  int64_t end = offset;
  for (size_t i = 0; i < shape.size(); ++i) {
    int64_t reach;
    if (__builtin_mul_overflow(shape[i] - 1, stride[i], &reach) || __builtin_add_overflow(end, reach, &end)) {
      return std::nullopt;
    }
  }
  if (__builtin_add_overflow(end, 1, &end)) return std::nullopt;
  return end;
}

bool IsContiguous(const std::vector<int64_t>& shape, const std::vector<int64_t>& stride) {
  int64_t expected = 1;
  for (size_t i = shape.size(); i-- > 0;) {
    if (shape[i] != 1 && stride[i] != expected) return false;
    expected *= shape[i];
  }
  return true;
}

// Copies a tensor to row-major order. `Word` has the width of an element. The tensor must be neither empty nor a
// scalar.
template <typename Word>
void CopyRowMajor(const char* from, const std::vector<int64_t>& shape, const std::vector<int64_t>& stride,
                  std::string* to) {
  const size_t last = shape.size() - 1;
  std::vector<int64_t> index(shape.size(), 0);
  for (size_t done = 0; done < to->size();) {
    int64_t element = 0;
    for (size_t i = 0; i < last; ++i) element += index[i] * stride[i];
    for (int64_t i = 0; i < shape[last]; ++i, done += sizeof(Word)) {
      std::memcpy(to->data() + done, from + (element + i * stride[last]) * static_cast<int64_t>(sizeof(Word)),
                  sizeof(Word));
    }
    for (size_t i = last; i-- > 0;) {
      if (++index[i] < shape[i]) break;
      index[i] = 0;
    }
  }
}

std::string CopyRowMajor(const char* from, const std::vector<int64_t>& shape, const std::vector<int64_t>& stride,
                         size_t width, uint64_t bytes) {
  std::string copy(bytes, '\0');
  switch (width) {
    case 1:
      CopyRowMajor<uint8_t>(from, shape, stride, &copy);
      break;
    case 2:
      CopyRowMajor<uint16_t>(from, shape, stride, &copy);
      break;
    case 4:
      CopyRowMajor<uint32_t>(from, shape, stride, &copy);
      break;
    default:
      CopyRowMajor<uint64_t>(from, shape, stride, &copy);
  }
  return copy;
}

class PthFile : public TensorFile {
 public:
  PthFile(dataset::MappedFile file, std::string_view key) : TensorFile(std::move(file)), key_(key) {
    if (file_.bytes().starts_with("PK")) {
      ReadZip();
    } else {
      ReadLegacy();
    }
    SortByName();
  }

 private:
  using StorageBytes = std::map<std::string_view, std::string_view>;  // by key

  void ReadZip();
  void ReadLegacy();
  StorageBytes ReadLegacyStorages(const Pickle& object, const Pickle& keys, uint64_t offset) const;
  void AddTensors(const Value& root, const std::function<std::string_view(std::string_view key)>& read_storage);
  void AddTensor(std::string_view name, const Tensor& tensor, std::string_view storage);
  [[noreturn]] void Fail(const std::string& cause) const { throw dataset::Error(path_, cause); }

  const std::string key_;           // of the entry that is wanted; may be empty
  std::deque<std::string> copies_;  // bytes of the tensors that are not contiguous in the file
  uint64_t copied_bytes_ = 0;
};

void PthFile::ReadZip() {
  const ZipArchive zip(file_.bytes(), path_);
  // torch.save puts all members into one folder named after the file.
  std::optional<std::string> folder;
  for (const std::string_view name : zip.names()) {
    const size_t slash = name.find('/');
    if (slash == std::string_view::npos || name.substr(slash) != "/data.pkl") continue;
    if (folder) Fail("has more than one data.pkl");
    folder = std::string(name.substr(0, slash + 1));
  }
  if (zip.Contains("model.weights.h5")) Fail("is a .keras archive; load it in Keras and model.save('x.h5')");
  if (!folder) Fail("is a zip without data.pkl: not written by torch.save");
  if (zip.Contains(*folder + "constants.pkl")) Fail("is a TorchScript archive; save model.state_dict() instead");
  if (zip.Contains(*folder + "byteorder") && zip.Read(*folder + "byteorder") != "little") Fail("is not little-endian");

  const Pickle pickle(zip.Read(*folder + "data.pkl"), path_ + ": data.pkl");
  StorageBytes storages;  // read so far, so that the CRC of a storage that tensors share is checked once
  AddTensors(pickle.root(), [&](std::string_view key) {
    const auto [found, added] = storages.try_emplace(key);
    if (added) found->second = zip.Read(*folder + "data/" + std::string(key));
    return found->second;
  });
}

void PthFile::ReadLegacy() {
  uint64_t offset = 0;
  const auto next = [&] {
    Pickle pickle(file_.bytes().substr(offset), path_, offset);
    offset += pickle.size();
    return pickle;
  };
  const Pickle magic = next();
  const BigInteger* number = magic.root().As<BigInteger>();
  if (number == nullptr || number->bytes != kLegacyMagic) Fail("is a pickle, but not one of torch.save");
  const Pickle protocol = next();
  const int64_t* version = protocol.root().As<int64_t>();
  if (version == nullptr || *version != kLegacyProtocol) Fail("has an unknown version of torch.save's format");
  const Pickle system = next();
  const Dict* facts = system.root().As<Dict>();
  const Value* little_endian = facts == nullptr ? nullptr : facts->Find("little_endian");
  const bool* is_little = little_endian == nullptr ? nullptr : little_endian->As<bool>();
  if (is_little == nullptr || !*is_little) Fail("is not little-endian");

  const Pickle object = next();
  const Pickle keys = next();
  const StorageBytes storages = ReadLegacyStorages(object, keys, offset);
  AddTensors(object.root(), [&](std::string_view key) {
    const auto found = storages.find(key);
    if (found == storages.end()) Fail("has no storage " + Quote(key));
    return found->second;
  });
}

PthFile::StorageBytes PthFile::ReadLegacyStorages(const Pickle& object, const Pickle& keys, uint64_t offset) const {
  std::map<std::string_view, const Storage*> wanted;
  for (const Value& value : object.values()) {
    if (const Storage* storage = value.As<Storage>()) wanted.emplace(storage->key, storage);
  }
  const List* list = keys.root().As<List>();
  if (list == nullptr) Fail("has no list of storages");
  ByteReader reader(file_.bytes(), path_);
  reader.Seek(offset);
  StorageBytes storages;
  for (const Value* item : list->items) {
    const auto* key = item->As<std::string_view>();
    if (key == nullptr) Fail("has a storage whose key is not a string");
    const auto storage = wanted.find(*key);
    if (storage == wanted.end()) Fail("has a storage " + Quote(*key) + " that no tensor uses");
    const uint64_t at = reader.position();
    if (reader.Read<uint64_t>() != storage->second->elements) {
      reader.Fail(at, "storage " + Quote(*key) + " has another size than its tensors say");
    }
    const size_t width = DTypeBytes(storage->second->dtype);
    if (storage->second->elements > reader.remaining() / width) {
      reader.Fail(at, "storage " + Quote(*key) + " ends too early; the file is truncated or damaged");
    }
    if (!storages.emplace(*key, reader.Take(storage->second->elements * width)).second) {
      reader.Fail(at, "storage " + Quote(*key) + " is there twice");
    }
  }
  if (reader.remaining() > 0) reader.Fail(reader.position(), "has bytes behind the last storage");
  return storages;
}

void PthFile::AddTensors(const Value& root, const std::function<std::string_view(std::string_view key)>& read_storage) {
  const StateDict found = FindStateDict(root, key_, path_);
  entry_ = found.entry;
  for (const std::string_view other : found.others) other_entries_.emplace_back(other);
  for (const auto& [name, tensor] : found.tensors) {
    AddTensor(name, *tensor, read_storage(tensor->storage->key));
  }
}

void PthFile::AddTensor(std::string_view name, const Tensor& tensor, std::string_view storage) {
  const auto fail = [&](const std::string& cause) { Fail("tensor " + Quote(name) + " " + cause); };
  const DType dtype = tensor.storage->dtype;
  const size_t width = DTypeBytes(dtype);
  if (storage.size() % width != 0 || storage.size() / width != tensor.storage->elements) {
    fail("has a storage of " + std::to_string(storage.size()) + " bytes, not of " +
         std::to_string(tensor.storage->elements) + " elements");
  }
  const auto shape = Counts(*tensor.shape);
  const auto stride = Counts(*tensor.stride);
  if (!shape || !stride || shape->size() != stride->size()) fail("has an impossible shape or stride");
  const std::optional<uint64_t> bytes = TensorBytes(*shape, dtype);
  if (!bytes) fail("has an impossible shape");
  TensorView& view = tensors_.emplace_back(TensorView{std::string(name), dtype, *shape, {}});
  if (*bytes == 0) return;

  const std::optional<int64_t> end = End(tensor.offset, *shape, *stride);
  if (tensor.offset < 0 || !end || static_cast<uint64_t>(*end) > tensor.storage->elements) {
    fail("reaches beyond its storage");
  }
  const std::string_view from = storage.substr(static_cast<uint64_t>(tensor.offset) * width);
  if (IsContiguous(*shape, *stride)) {
    view.bytes = from.substr(0, *bytes);
    return;
  }
  if (*bytes > MaxCopiedBytes(file_.bytes().size()) - copied_bytes_)
    fail("unpacks to too much for a file of this size");
  copied_bytes_ += *bytes;
  view.bytes = copies_.emplace_back(CopyRowMajor(from.data(), *shape, *stride, width, *bytes));
}

}  // namespace

std::unique_ptr<TensorFile> OpenPth(dataset::MappedFile file, std::string_view key) {
  return std::make_unique<PthFile>(std::move(file), key);
}

}  // namespace train

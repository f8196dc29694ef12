#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Writers of small files of weights, good and bad, independent of the readers under test.
namespace train::testing {

// Expressions of a pickle: each returns the opcodes that leave one value on the stack.
std::string Str(std::string_view text);
std::string Int(int64_t number);
std::string Tup(const std::vector<std::string>& items);
std::string Ints(const std::vector<int64_t>& numbers);                              // a tuple
std::string DictOf(const std::vector<std::pair<std::string, std::string>>& items);  // names, values
std::string Glob(std::string_view module, std::string_view name);
std::string Call(const std::string& function, const std::vector<std::string>& arguments);
std::string StorageOf(std::string_view type, std::string_view key, int64_t elements);
std::string LegacyStorageOf(std::string_view type, std::string_view key, int64_t elements);
std::string TensorOf(const std::string& storage, int64_t offset, const std::vector<int64_t>& shape,
                     const std::vector<int64_t>& stride);
// A whole pickle of protocol 2.
std::string Pickled(const std::string& expression);

struct ZipMember {
  std::string name;
  std::string content;
  uint16_t method = 0;
  bool wide = false;  // sizes and offset as Zip64
};
// Makes a zip file with `comment` behind its end record.
std::string MakeZip(const std::vector<ZipMember>& members, std::string_view comment = "");

using Storages = std::map<std::string, std::string>;  // bytes by key
std::string MakeZipPth(const std::string& object, const Storages& storages);
// A storage of a legacy file: key, elements, bytes.
struct LegacyStorage {
  std::string key;
  int64_t elements;
  std::string bytes;
};
std::string MakeLegacyPth(const std::string& object, const std::vector<LegacyStorage>& storages);

template <typename T>
std::string BytesOf(const std::vector<T>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(T)};
}

// The parts of an index as dstools-h5 writes it (train/weights/h5_index.h).
std::string H5String(std::string_view text);
std::string H5IndexHead(uint32_t tensors);
// `place` is an offset in the file, or nothing if the tensor is copied.
std::string H5Entry(std::string_view layer, std::string_view weight, std::string_view dtype,
                    const std::vector<int64_t>& shape, std::optional<uint64_t> place);

// Returns `text` with the bytes at `offset` replaced.
std::string Patched(std::string text, size_t offset, std::string_view bytes);

// Writes each truncation of `bytes` to `path`, opens it by `open`, and expects a dataset::Error every time.
void ExpectEveryTruncationIsFound(const std::filesystem::path& path, std::string_view bytes,
                                  const std::function<void()>& open);
// Writes `bytes` to `path` with each byte changed in turn, and opens it by `open`. A dataset::Error is fine.
void ExpectNoFlippedByteCrashes(const std::filesystem::path& path, std::string_view bytes,
                                const std::function<void()>& open);

// Returns the message of the dataset::Error that `action` throws. The test fails if it throws none.
std::string ErrorOf(const std::function<void()>& action);

}  // namespace train::testing

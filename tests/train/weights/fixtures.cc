#include "tests/train/weights/fixtures.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <fstream>

#include "dataset/base/error.h"
#include "tests/testing/testing.h"

namespace train::testing {
namespace {

template <typename T>
std::string Bytes(T number) {
  return {reinterpret_cast<const char*>(&number), sizeof(number)};
}

}  // namespace

std::string Str(std::string_view text) { return "X" + Bytes(static_cast<uint32_t>(text.size())) + std::string(text); }

std::string Int(int64_t number) { return "\x8a\x08" + Bytes(number); }

std::string Tup(const std::vector<std::string>& items) {
  std::string tuple = "(";
  for (const std::string& item : items) tuple += item;
  return tuple + "t";
}

std::string Ints(const std::vector<int64_t>& numbers) {
  std::vector<std::string> items;
  for (const int64_t number : numbers) items.push_back(Int(number));
  return Tup(items);
}

std::string DictOf(const std::vector<std::pair<std::string, std::string>>& items) {
  std::string dict = "}(";
  for (const auto& [name, value] : items) dict += Str(name) + value;
  return dict + "u";
}

std::string Glob(std::string_view module, std::string_view name) {
  return "c" + std::string(module) + "\n" + std::string(name) + "\n";
}

std::string Call(const std::string& function, const std::vector<std::string>& arguments) {
  return function + Tup(arguments) + "R";
}

std::string StorageOf(std::string_view type, std::string_view key, int64_t elements) {
  return Tup({Str("storage"), Glob("torch", type), Str(key), Str("cpu"), Int(elements)}) + "Q";
}

std::string LegacyStorageOf(std::string_view type, std::string_view key, int64_t elements) {
  return Tup({Str("storage"), Glob("torch", type), Str(key), Str("cpu"), Int(elements), "N"}) + "Q";
}

std::string TensorOf(const std::string& storage, int64_t offset, const std::vector<int64_t>& shape,
                     const std::vector<int64_t>& stride) {
  const std::string hooks = Call(Glob("collections", "OrderedDict"), {});
  return Call(Glob("torch._utils", "_rebuild_tensor_v2"),
              {storage, Int(offset), Ints(shape), Ints(stride), "\x89", hooks});
}

std::string Pickled(const std::string& expression) { return "\x80\x02" + expression + "."; }

std::string MakeZip(const std::vector<ZipMember>& members, std::string_view comment) {
  constexpr uint32_t kWide = 0xffffffff;
  std::string zip, directory;
  for (const auto& [name, content, method, wide] : members) {
    const uint32_t offset = static_cast<uint32_t>(zip.size()), size = static_cast<uint32_t>(content.size());
    const uint32_t crc =
        static_cast<uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(size)));
    const std::string sizes = Bytes(uint16_t{1}) + Bytes(uint16_t{16}) + Bytes(uint64_t{size}) + Bytes(uint64_t{size});
    const std::string all = Bytes(uint16_t{1}) + Bytes(uint16_t{24}) + Bytes(uint64_t{size}) + Bytes(uint64_t{size}) +
                            Bytes(uint64_t{offset});
    const std::string local_extra = wide ? sizes : "", extra = wide ? all : "";
    // The fields from the flags to the sizes, which are the same in both headers.
    const std::string common = Bytes(uint16_t{0}) + Bytes(method) + Bytes(uint32_t{0}) + Bytes(crc) +
                               Bytes(wide ? kWide : size) + Bytes(wide ? kWide : size) +
                               Bytes(static_cast<uint16_t>(name.size()));
    zip += "PK\x03\x04" + Bytes(uint16_t{45}) + common + Bytes(static_cast<uint16_t>(local_extra.size())) + name +
           local_extra + content;
    directory += "PK\x01\x02" + Bytes(uint16_t{45}) + Bytes(uint16_t{45}) + common +
                 Bytes(static_cast<uint16_t>(extra.size())) + Bytes(uint16_t{0}) + Bytes(uint64_t{0}) +
                 Bytes(wide ? kWide : offset) + name + extra;
  }
  const uint16_t count = static_cast<uint16_t>(members.size());
  return zip + directory + "PK\x05\x06" + Bytes(uint32_t{0}) + Bytes(count) + Bytes(count) +
         Bytes(static_cast<uint32_t>(directory.size())) + Bytes(static_cast<uint32_t>(zip.size())) +
         Bytes(static_cast<uint16_t>(comment.size())) + std::string(comment);
}

std::string MakeZipPth(const std::string& object, const Storages& storages) {
  std::vector<ZipMember> members = {{"net/data.pkl", Pickled(object)}, {"net/byteorder", "little"}};
  for (const auto& [key, bytes] : storages) members.push_back({"net/data/" + key, bytes});
  members.push_back({"net/version", "3\n"});
  return MakeZip(members);
}

std::string MakeLegacyPth(const std::string& object, const std::vector<LegacyStorage>& storages) {
  std::string file = Pickled("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19");
  file += Pickled(Int(1001)) + Pickled(DictOf({{"little_endian", "\x88"}})) + Pickled(object);
  std::string keys = "](";
  for (const LegacyStorage& storage : storages) keys += Str(storage.key);
  file += Pickled(keys + "e");
  for (const LegacyStorage& storage : storages) file += Bytes(storage.elements) + storage.bytes;
  return file;
}

std::string H5String(std::string_view text) { return Bytes(static_cast<uint32_t>(text.size())) + std::string(text); }

std::string H5IndexHead(uint32_t tensors) { return "H5INDEX1" + Bytes(tensors); }

std::string H5Entry(std::string_view layer, std::string_view weight, std::string_view dtype,
                    const std::vector<int64_t>& shape, std::optional<uint64_t> place) {
  std::string entry = H5String(layer) + H5String(weight) + H5String(dtype) + static_cast<char>(shape.size());
  for (const int64_t size : shape) entry += Bytes(size);
  return entry + (place ? '\0' + Bytes(*place) : "\1");
}

std::string Patched(std::string text, size_t offset, std::string_view bytes) {
  return text.replace(offset, bytes.size(), bytes);
}

// Both functions change one file in place, since making thousands of files takes seconds.
void ExpectEveryTruncationIsFound(const std::filesystem::path& path, std::string_view bytes,
                                  const std::function<void()>& open) {
  dataset::testing::WriteFile(path, bytes);
  for (size_t size = bytes.size(); size-- > 0;) {
    std::filesystem::resize_file(path, size);
    EXPECT_THROW(open(), dataset::Error) << size;
  }
}

void ExpectNoFlippedByteCrashes(const std::filesystem::path& path, std::string_view bytes,
                                const std::function<void()>& open) {
  dataset::testing::WriteFile(path, bytes);
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  const auto put = [&file](size_t offset, char byte) {
    file.seekp(static_cast<std::streamoff>(offset));
    ASSERT_TRUE(file.put(byte).flush());
  };
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (const char flip : {'\1', '\xff'}) {
      put(i, static_cast<char>(bytes[i] ^ flip));
      try {
        open();
      } catch (const dataset::Error&) {
      }
    }
    put(i, bytes[i]);
  }
}

std::string ErrorOf(const std::function<void()>& action) {
  try {
    action();
  } catch (const dataset::Error& error) {
    return error.what();
  }
  ADD_FAILURE() << "no dataset::Error";
  return "";
}

}  // namespace train::testing

#include "train/weights/tensor_file.h"

#include "dataset/base/error.h"
#include "dataset/io/file.h"
#include "dataset/io/sync.h"
#include "tests/testing/testing.h"
#include "tests/train/weights/fixtures.h"
#include "train/weights/safetensors.h"

namespace train {
namespace {

using namespace std::string_literals;
using dataset::testing::TempDir;
using dataset::testing::WriteFile;
using testing::DictOf;
using testing::LegacyStorageOf;
using testing::StorageOf;
using testing::TensorOf;

TEST(TensorFileTest, DtypesHaveTheirSizesAndNames) {
  const std::pair<DType, std::pair<size_t, const char*>> kRows[] = {
      {DType::kFloat32, {4, "F32"}}, {DType::kFloat16, {2, "F16"}}, {DType::kBFloat16, {2, "BF16"}},
      {DType::kFloat64, {8, "F64"}}, {DType::kInt64, {8, "I64"}},   {DType::kInt32, {4, "I32"}},
      {DType::kInt16, {2, "I16"}},   {DType::kInt8, {1, "I8"}},     {DType::kUint8, {1, "U8"}},
      {DType::kBool, {1, "BOOL"}},
  };
  for (const auto& [dtype, row] : kRows) {
    EXPECT_EQ(DTypeBytes(dtype), row.first);
    EXPECT_EQ(dataset::NameOf(dtype), row.second);
    EXPECT_EQ(dataset::ParseName<DType>(row.second), dtype);
  }
  EXPECT_EQ(dataset::ParseName<DType>("F8_E4M3"), std::nullopt);
}

TEST(TensorFileTest, SizesDoNotWrap) {
  constexpr int64_t kHuge = int64_t{1} << 62;
  EXPECT_EQ(TensorBytes({}, DType::kFloat32), 4u);
  EXPECT_EQ(TensorBytes({2, 3}, DType::kFloat16), 12u);
  EXPECT_EQ(TensorBytes({2, 0, 3}, DType::kFloat64), 0u);
  EXPECT_EQ(TensorBytes({kHuge}, DType::kInt8), uint64_t{1} << 62);
  EXPECT_EQ(TensorBytes({kHuge}, DType::kInt16), std::nullopt);
  EXPECT_EQ(TensorBytes({kHuge, kHuge}, DType::kInt8), std::nullopt);
  EXPECT_EQ(TensorBytes({kHuge, kHuge, 0}, DType::kInt8), std::nullopt);
  EXPECT_EQ(TensorBytes({-1}, DType::kInt8), std::nullopt);
}

TEST(TensorFileTest, TheKindIsToldByContentNotByName) {
  const TempDir dir;
  const std::string zip =
      testing::MakeZipPth(DictOf({{"w", TensorOf(StorageOf("ByteStorage", "0", 1), 0, {1}, {1})}}), {{"0", "z"}});
  const std::string legacy = testing::MakeLegacyPth(
      DictOf({{"w", TensorOf(LegacyStorageOf("ByteStorage", "0", 1), 0, {1}, {1})}}), {{"0", 1, "l"}});
  WriteFile(dir / "a.safetensors", zip);
  WriteFile(dir / "b.h5", legacy);
  WriteSafetensors(dir / "c.pth", {{"w", DType::kUint8, {1}, "s"}}, {}, dataset::Sync::kNo);
  const std::pair<const char*, const char*> kFiles[] = {{"a.safetensors", "z"}, {"b.h5", "l"}, {"c.pth", "s"}};
  for (const auto& [name, content] : kFiles) {
    const auto file = OpenTensorFile(dir / name);
    EXPECT_EQ(file->path(), (dir / name).string());
    ASSERT_NE(file->Find("w"), nullptr);
    EXPECT_EQ(file->Find("w")->bytes, content);
    EXPECT_EQ(file->Find("v"), nullptr);
    EXPECT_EQ(file->Find("x"), nullptr);
  }
}

// The length of the header begins like the magic bytes of a .pth.
TEST(TensorFileTest, ASafetensorsLengthMayLookLikeAnotherMagic) {
  const TempDir dir;
  for (const size_t target : {size_t{0x80}, size_t{0x0280}, size_t{0x4b50}}) {
    const std::string name(target - 56, 'n');  // the rest of the header, padded, has 56 bytes
    WriteSafetensors(dir / "x", {{name, DType::kUint8, {1}, "s"}}, {}, dataset::Sync::kNo);
    ASSERT_EQ(dataset::ReadFile(dir / "x").substr(0, 2),
              (std::string{static_cast<char>(target & 0xff), static_cast<char>(target >> 8)}));
    EXPECT_EQ(OpenTensorFile(dir / "x")->tensors().size(), 1u);
  }
}

TEST(TensorFileTest, SaysWhatAForeignFileSeemsToBe) {
  const TempDir dir;
  const struct {
    std::string content;
    const char* message;
  } kCases[] = {
      {"", "is empty"},
      {"\x89HDF\r\n\x1a\n....", "cannot be read by libhdf5"},
      {"\x1f\x8b\x08\x00"s, "seems to be a GZIP file"},
      {std::string(257, 'x') + "ustar", "seems to be a tar file"},
      {"\x93NUMPY\x01", "seems to be a NumPy array"},
      {"\x1c\0\0\0TFL3"s, "seems to be a TensorFlow Lite model"},
      {"<!DOCTYPE html><html>", "seems to be an HTML page"},
      {"<html>", "seems to be an HTML page"},
      {"version https://git-lfs.github.com/spec/v1\n", "seems to be a Git LFS pointer"},
      // Downloads that brought something else.
      {"\n\t <!DOCTYPE html><html>", "seems to be an HTML page"},
      {"\xef\xbb\xbf\r\n<!doctype HTML>", "seems to be an HTML page"},
      {"  <HTML lang=en>", "seems to be an HTML page"},
      {"<!-- moved --><html>", "seems to be an HTML page"},
      {"<head><title>", "seems to be an HTML page"},
      {"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code>", "seems to be an XML text, perhaps a server's error"},
      {"<Error>{}</Error>", "seems to be an XML text"},
      {"<svg xml{ns", "seems to be an XML text"},  // its ninth byte is a brace
      {"{\"error\": \"Not Found\"}", "seems to be a JSON text"},
      {"[1, 2]", "seems to be a JSON text"},
      {"[\n      {\"a\": 1}]", "seems to be a JSON text"},  // its ninth byte is a brace
      {"\n\nversion https://git-lfs.github.com/spec/v1\noid sha256:", "seems to be a Git LFS pointer"},
      {"Entry not found", "is a text that begins 'Entry not found', no file of weights"},
      {"404: Not Found\n", "is a text that begins '404: Not Found\\x0a', no file of weights"},
      {"hello", "is a text that begins 'hello', no file of weights"},
      // Archives and models of other kinds.
      {"7z\xbc\xaf\x27\x1c\0\x04"s, "seems to be a 7z archive"},
      {"Rar!\x1a\x07\x01\0"s, "seems to be a RAR archive"},
      {"\xfd"
       "7zXZ\0"s,
       "seems to be an XZ file"},
      {"BZh91AY&SY", "seems to be a BZIP2 file"},
      {"\x28\xb5\x2f\xfd\x04", "seems to be a Zstandard file"},
      {"GGUF\x03", "seems to be a GGUF model"},
      {"%PDF-1.7", "seems to be a PDF document"},
      {"\x08\x07\x12\x07pytorch\x1a\x05", "seems to be an ONNX model"},
      {"\x08\x08:\xa2\x01\x0a\x05", "seems to be an ONNX model"},
      {"\x08\x03\x99\x99", "is no file of weights"},
      {std::string(600, '\0'), "is no file of weights"},
  };
  for (const auto& test : kCases) {
    WriteFile(dir / "x.pth", test.content);
    const std::string error = testing::ErrorOf([&] { OpenTensorFile(dir / "x.pth"); });
    EXPECT_TRUE(error.starts_with((dir / "x.pth").string() + ": " + test.message)) << error;
  }
  EXPECT_THROW(OpenTensorFile(dir / "missing"), dataset::Error);
  EXPECT_THROW(OpenTensorFile(dir.path()), dataset::Error);
}

}  // namespace
}  // namespace train

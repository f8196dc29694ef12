// Writes seeds for each fuzz target: make_seeds FOLDER gives FOLDER/record/..., FOLDER/example/..., and so on.
#include <zlib.h>

#include <cstdio>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "dataset/catalog/dataset_info.h"
#include "dataset/catalog/manifest.h"
#include "dataset/catalog/split_info.h"
#include "dataset/codec/encoder.h"
#include "dataset/io/csv.h"
#include "dataset/io/file.h"
#include "dataset/io/sync.h"
#include "dataset/record/example.h"
#include "dataset/record/record_writer.h"
#include "dataset/sample/sample.h"
#include "dataset/sample/scale.h"
#include "dataset/sample/store.h"
#include "tests/testing/pictures.h"
#include "tests/testing/testing.h"
#include "tests/train/weights/fixtures.h"
#include "train/weights/safetensors.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;
using testing::MakePicture;
using testing::WriteFile;

std::string Compressed(const std::string& bytes, int window_bits) {
  z_stream stream{};
  if (deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

void MakeRecords(const fs::path& folder) {
  RecordWriter writer(folder / "plain");
  for (const char* payload : {"abc", "", "123456789"}) writer.Write(payload);
  writer.Close(Sync::kNo);
  const std::string plain = ReadFile(folder / "plain");
  const std::string gzip = Compressed(plain, 16 + MAX_WBITS);
  WriteFile(folder / "gzip", gzip);
  WriteFile(folder / "two_members", gzip + gzip);
  WriteFile(folder / "zlib", Compressed(plain, MAX_WBITS));
  WriteFile(folder / "bomb", Compressed(std::string(1 << 20, '\0'), 16 + MAX_WBITS));
  WriteFile(folder / "truncated", plain.substr(0, plain.size() - 3));
  RecordWriter foreign(folder / "foreign");
  for (const size_t size : {10, 2000, 9000}) {
    foreign.Write(SerializeExample(Example{{"image/encoded", std::vector<std::string>{std::string(size, 'x')}},
                                           {"image/class/label", std::vector<int64_t>{1}},
                                           {"image/class/text", std::vector<std::string>{"cat"}},
                                           {"a long one", std::vector<std::string>{std::string(size, 'y')}}}));
  }
  foreign.Close(Sync::kNo);
}

void MakeExamples(const fs::path& folder) {
  Sample sample;
  sample.store = Store::kRaw;
  sample.content = "0123456789ab";
  sample.format = "RAW";
  sample.dtype = "uint8";
  sample.layout = "HWC";
  sample.height = sample.width = 2;
  sample.channels = 3;
  sample.class_name = sample.filename = "cat";
  WriteFile(folder / "sample", SerializeSample(sample));
  WriteFile(folder / "foreign", SerializeExample(Example{{"image/encoded", std::vector<std::string>{"x"}},
                                                         {"image/class/label", std::vector<int64_t>{1}}}));
  const Example pixels = {{"image", std::vector<std::string>{"0123456789ab"}},
                          {"label", std::vector<int64_t>{1}},
                          {"shape", std::vector<int64_t>{2, 2, 3}}};
  Example floats = pixels;
  floats["image"] = std::vector<float>(12, 0.5f);
  WriteFile(folder / "pixels", SerializeExample(pixels));
  WriteFile(folder / "floats", SerializeExample(floats));
  WriteFile(folder / "lists", SerializeExample(Example{{"a", std::vector<float>{1, -2, 0.5f}},
                                                       {"b", std::vector<int64_t>{-1, 0, 1 << 20}},
                                                       {"c", std::vector<std::string>{"", "x"}},
                                                       {"d", std::monostate{}}}));
  WriteFile(folder / "unpacked", testing::FromHex("0a12 0a10 0a0161 120b 1a09 0801 0802 0a03 010203"));
}

void MakeManifests(const fs::path& folder) {
  Manifest manifest;
  manifest.classes = {"cat", "dog, \"big\""};
  manifest.entries = {{"cat/1.jpg", "cat", Split::kTrain, "g1", 0, std::string(64, 'a'), 30, 40},
                      {"dog/2.jpg", "dog, \"big\"", Split::kVal, "", {}, "", 0, 0}};
  WriteFile(folder / "manifest", FormatManifest(manifest));
  WriteFile(folder / "crlf", "split,label,path\r\ntest,cat,1.jpg\r\n\"validation\",dog,\"a,\nb\"\r\n");
  WriteFile(folder / "classes", FormatClasses({"cat", "dog", "größe"}));
  WriteFile(folder / "index", "0 19\n19 175\n194 16\n");
}

void MakeLists(const fs::path& folder) {
  WriteFile(folder / "header", "path,label,split\nimg/cat0.jpg,cat,train\nimg/Dog.JPG,dog,valid\n");
  WriteFile(folder / "plain", "a.jpg,cat\nimg/0a,\"dog, \"\"big\"\"\"\n");
  WriteFile(folder / "spreadsheet",
            "\xef\xbb\xbfsep=;\r\nFile Name;Class;;\r\nimg\\cat0.jpg;1.0;;\r\n;;;\r\na.jpg;2.0;;\r\n");
  WriteFile(folder / "utf16", std::string("\xff\xfe"
                                          "i\0d\0\t\0x\0\n\0a\0\t\0b\0\n\0",
                                          20));
  WriteFile(folder / "blanks", "# by hand\nimg/cat0.jpg 0\rimg/cat1.jpg  1 \r");
  WriteFile(folder / "pandas",
            ",file,class,patient,subset\n0,C:\\me\\a.jpg,x,p1,train\n1,file:///me/b%20c.png,nan,p2,0\n");
  WriteFile(folder / "json",
            R"({"images": [{"image_id": "a.jpg", "label": 1.0}, {"image_id": "IMG/CAT0.jpg", "label": 2}]})");
  WriteFile(folder / "lines",
            "{\"file_name\": \"a.jpg\", \"label\": 1}\n{\"file_name\": \"../a.jpg\", \"label\": 2}\n");
}

void MakeImages(const fs::path& folder) {
  for (const int channels : {1, 3}) {
    std::string bytes;
    EncodeJpeg(MakePicture(19, 33, channels, 1), 80, &bytes);
    WriteFile(folder / ("jpeg" + std::to_string(channels)), bytes);
    EncodePng(MakePicture(9, 7, channels, 1), &bytes);
    WriteFile(folder / ("png" + std::to_string(channels)), bytes);
  }
  WriteFile(folder / "deep.png", testing::DeepPng(3, {0, 1, 4095, 7, 8, 9}));
  WriteFile(folder / "float.tif", testing::DeepTiff<float>(2, {0, 0.5f, -1, 1}));
  WriteFile(folder / "signed.tif", testing::DeepTiff<int16_t>(2, {0, 5, -1000, 1}));
  // 2 x 2 pixels of 24 bits.
  WriteFile(folder / "bmp",
            testing::FromHex("424d 46000000 00000000 36000000 28000000 02000000 02000000 0100 1800 00000000"
                             "10000000 00000000 00000000 00000000 00000000 0102030405060000 0708090a0b0c0000"));
}

// The golden pictures of these extensions.
void CopyPictures(const fs::path& folder, const std::set<std::string>& extensions) {
  for (const auto& file : fs::directory_iterator(testing::SourceDir() / "tests/dataset/goldens/pictures")) {
    if (extensions.count(file.path().extension()) == 0) continue;
    WriteFile(folder / file.path().filename(), ReadFile(file.path()));
  }
}

void MakeInfos(const fs::path& folder) {
  DatasetInfo info;
  info.name = "toy";
  info.classes = {"cat", "dog"};
  info.splits = {{Split::kTrain, 3, {1, 2}, 1, {{"toy-train.tfrecord-00000-of-00001", 3, 100, 7}}}};
  info.options = {{"resize", "8"}};
  WriteFile(folder / "compressed", FormatDatasetInfo(info));
  info.store = Store::kNormalized;
  info.scale = MakeScale(ScaleMode::kStandard, ValueType::kFloat16, 3, ImageNetMean(3), ImageNetStd(3));
  WriteFile(folder / "normalized", FormatDatasetInfo(info));
  SplitInfo split;
  split.root = "raw";
  split.classes = {"cat", "dog"};
  split.splits = {{Split::kTrain, 3, {1, 2}}, {Split::kTest, 1, {1, 0}}};
  WriteFile(folder / "split", FormatSplitInfo(split));
}

void MakeWeights(const fs::path& folder) {
  namespace make = train::testing;
  const std::string numbers = make::BytesOf(std::vector<float>{1, 2, 3, 4, 5, 6});
  fs::create_directories(folder / "safetensors");
  train::WriteSafetensors(folder / "safetensors/two",
                          {{"a", train::DType::kFloat32, {2, 3}, numbers}, {"b", train::DType::kUint8, {4}, "wxyz"}},
                          {{"format", "pt"}}, Sync::kNo);
  const std::string storage = make::StorageOf("FloatStorage", "0", 6);
  const std::string plain = make::DictOf({{"w", make::TensorOf(storage, 0, {2, 3}, {3, 1})}});
  const std::string turned =
      make::DictOf({{"state_dict", make::DictOf({{"module.w", make::TensorOf(storage, 1, {2, 2}, {1, 2})}})}});
  WriteFile(folder / "h5/placed", make::H5IndexHead(1) + make::H5Entry("conv1", "conv1_1/kernel:0", "F32", {2, 2}, 8));
  WriteFile(folder / "h5/copied", make::H5IndexHead(2) + make::H5Entry("fc", "fc_W_1:0", "F16", {2}, std::nullopt) +
                                      make::H5Entry("conv2d_3", "conv2d_3/bias", "I8", {}, std::nullopt) + "ABCDE");
  // As pickle_fuzz's archive has them.
  const std::string sixteen = make::StorageOf("FloatStorage", "0", 16);
  WriteFile(folder / "pickle/contiguous",
            make::Pickled(make::DictOf({{"w", make::TensorOf(sixteen, 0, {4, 4}, {4, 1})}})));
  WriteFile(folder / "pickle/turned", make::Pickled(make::DictOf({{"w", make::TensorOf(sixteen, 1, {3, 4}, {1, 3})}})));
  WriteFile(folder / "zip/stored", make::MakeZip({{"a", "content"}, {"b/c", ""}}, "comment"));
  WriteFile(folder / "zip/wide", make::MakeZip({{"a", "content", 0, true}}));
  WriteFile(folder / "zip/pth", make::MakeZipPth(plain, {{"0", numbers}}));
  WriteFile(folder / "zip/turned", make::MakeZipPth(turned, {{"0", numbers}}));
  const std::string legacy = make::LegacyStorageOf("FloatStorage", "0", 6);
  WriteFile(folder / "zip/legacy",
            make::MakeLegacyPth(make::DictOf({{"w", make::TensorOf(legacy, 0, {6}, {1})}}), {{"0", 6, numbers}}));
}

void MakeSeeds(const fs::path& folder) {
  const auto make = [&](const char* target, void (*write)(const fs::path&)) {
    fs::create_directories(folder / target);
    write(folder / target);
  };
  make("record", MakeRecords);
  make("example", MakeExamples);
  make("list", MakeLists);
  make("manifest", MakeManifests);
  make("image", MakeImages);
  CopyPictures(folder / "image", {".bmp", ".jpg", ".png", ".tif", ".webp"});
  CopyPictures(folder / "gif", {".gif"});
  CopyPictures(folder / "heif", {".avif", ".heic"});
  make("dataset_info", MakeInfos);
  MakeWeights(folder);
}

}  // namespace
}  // namespace dataset

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_seeds FOLDER\n");
    return 2;
  }
  dataset::MakeSeeds(argv[1]);
}

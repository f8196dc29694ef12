#include "train/weights/pth.h"

#include <filesystem>

#include "dataset/base/error.h"
#include "dataset/base/sha256.h"
#include "dataset/bench/process_usage.h"
#include "tests/testing/testing.h"
#include "tests/train/weights/fixtures.h"
#include "train/weights/tensor_file.h"

namespace train {
namespace {

using namespace std::string_literals;
using dataset::testing::FromHex;
using dataset::testing::TempDir;
using dataset::testing::WriteFile;
using testing::BytesOf;
using testing::Call;
using testing::DictOf;
using testing::ErrorOf;
using testing::Glob;
using testing::Int;
using testing::Ints;
using testing::LegacyStorageOf;
using testing::MakeLegacyPth;
using testing::MakeZip;
using testing::MakeZipPth;
using testing::Patched;
using testing::Pickled;
using testing::StorageOf;
using testing::Str;
using testing::TensorOf;
using testing::Tup;

// torch 1.13.1: torch.save(OrderedDict(w=torch.arange(6, dtype=torch.float32).reshape(2, 3), n=torch.tensor(7)))
constexpr std::string_view kTorchZip =
    "504b0304000008080000000000000000000000000000000000000c0016006e65772f646174612e706b6c464212005a5a5a5a5a5a5a5a5a5a"
    "5a5a5a5a5a5a5a5a800263636f6c6c656374696f6e730a4f726465726564446963740a71002952710128580100000077710263746f726368"
    "2e5f7574696c730a5f72656275696c645f74656e736f725f76320a71032828580700000073746f72616765710463746f7263680a466c6f61"
    "7453746f726167650a71055801000000307106580300000063707571074b06747108514b004b024b038671094b034b0186710a8968002952"
    "710b74710c52710d58010000006e710e68032828680463746f7263680a4c6f6e6753746f726167650a710f580100000031711068074b0174"
    "7111514b00292989680029527112747113527114752e504b07081e9d43d8ee000000ee000000504b03040000080800000000000000000000"
    "00000000000000000a001a006e65772f646174612f30464216005a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a000000000000803f"
    "0000004000004040000080400000a040504b07081790e7911800000018000000504b03040000080800000000000000000000000000000000"
    "00000a0030006e65772f646174612f3146422c005a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"
    "5a5a5a5a5a5a5a5a0700000000000000504b070870d6e76f0800000008000000504b03040000080800000000000000000000000000000000"
    "00000b003f006e65772f76657273696f6e46423b005a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"
    "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a330a504b0708d19e67550200000002000000504b010200000000080800000000"
    "00001e9d43d8ee000000ee0000000c00000000000000000000000000000000006e65772f646174612e706b6c504b01020000000008080000"
    "000000001790e79118000000180000000a000000000000000000000000003e0100006e65772f646174612f30504b01020000000008080000"
    "0000000070d6e76f08000000080000000a00000000000000000000000000a80100006e65772f646174612f31504b01020000000008080000"
    "00000000d19e675502000000020000000b00000000000000000000000000180200006e65772f76657273696f6e504b06062c000000000000"
    "001e032d00000000000000000004000000000000000400000000000000e3000000000000009202000000000000504b060700000000750300"
    "000000000001000000504b05060000000004000400e3000000920200000000";
// The same state_dict saved with _use_new_zipfile_serialization=False.
constexpr std::string_view kTorchLegacy =
    "80028a0a6cfc9c46f9206aa850192e80024de9032e80027d710028581000000070726f746f636f6c5f76657273696f6e71014de903580d00"
    "00006c6974746c655f656e6469616e710288580a000000747970655f73697a657371037d710428580500000073686f727471054b02580300"
    "0000696e7471064b0458040000006c6f6e6771074b0475752e800263636f6c6c656374696f6e730a4f726465726564446963740a71002952"
    "710128580100000077710263746f7263682e5f7574696c730a5f72656275696c645f74656e736f725f76320a71032828580700000073746f"
    "72616765710463746f7263680a466c6f617453746f726167650a7105580a000000313133333837363030307106580300000063707571074b"
    "064e747108514b004b024b038671094b034b0186710a8968002952710b74710c52710d58010000006e710e68032828680463746f7263680a"
    "4c6f6e6753746f726167650a710f580a00000031313239363832333638711068074b014e747111514b002929896800295271127471135271"
    "14752e80025d710028580a000000313132393638323336387101580a000000313133333837363030307102652e0100000000000000070000"
    "00000000000600000000000000000000000000803f0000004000004040000080400000a040";

// Opens a file with these bytes.
std::unique_ptr<TensorFile> Open(const std::string& bytes) {
  const TempDir dir;
  WriteFile(dir / "x.pth", bytes);
  return OpenTensorFile(dir / "x.pth");
}

// Returns the error of opening a file with these bytes, without the name of the folder.
std::string OpenError(const std::string& bytes) {
  const TempDir dir;
  WriteFile(dir / "x.pth", bytes);
  const std::string error = ErrorOf([&] { OpenPth(dataset::MappedFile(dir / "x.pth")); });
  const std::string folder = dir.path().string() + "/";
  EXPECT_TRUE(error.starts_with(folder + "x.pth: ")) << error;
  return error.substr(folder.size());
}

const std::string kFloats = BytesOf<float>({0, 1, 2, 3, 4, 5});
const std::string kWeight = TensorOf(StorageOf("FloatStorage", "0", 6), 0, {2, 3}, {3, 1});
const std::string kZipPth = MakeZipPth(DictOf({{"w", kWeight}}), {{"0", kFloats}});
const std::string kLegacyPth = MakeLegacyPth(
    DictOf({{"w", TensorOf(LegacyStorageOf("FloatStorage", "9", 6), 0, {2, 3}, {3, 1})}}), {{"9", 6, kFloats}});

TEST(PthTest, ReadsWhatTorchWrote) {
  for (const std::string_view hex : {kTorchZip, kTorchLegacy}) {
    const auto file = Open(FromHex(hex));
    ASSERT_EQ(file->tensors().size(), 2u);
    const TensorView& n = file->tensors()[0];
    EXPECT_EQ(n.name, "n");
    EXPECT_EQ(n.dtype, DType::kInt64);
    EXPECT_TRUE(n.shape.empty());
    EXPECT_EQ(n.bytes, BytesOf<int64_t>({7}));
    const TensorView& w = file->tensors()[1];
    EXPECT_EQ(w.name, "w");
    EXPECT_EQ(w.dtype, DType::kFloat32);
    EXPECT_EQ(w.shape, (std::vector<int64_t>{2, 3}));
    EXPECT_EQ(w.bytes, kFloats);
  }
}

TEST(PthTest, SqueezeNetIsReadBitForBit) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  const auto file = OpenTensorFile(data / "weights/squeezenet1_1_imagenet.pth");
  ASSERT_EQ(file->tensors().size(), 52u);
  EXPECT_EQ(file->Find("features.0.weight")->shape, (std::vector<int64_t>{64, 3, 3, 3}));
  EXPECT_EQ(file->Find("classifier.1.bias")->shape, (std::vector<int64_t>{1000}));
  dataset::Sha256 sum;
  for (const TensorView& tensor : file->tensors()) sum.Update(tensor.bytes);
  // The sum over the tensors in the order of their names was computed by torch.load and hashlib and, without torch, by
  // a Python script that pairs names and storages with pickletools and reads the storages with zipfile.
  EXPECT_EQ(sum.FinishHex(), "51d6091fc908c14fc86cdebccc20851f560801f44af7b373a297846d1f7bbc67");
}

TEST(PthTest, MobileNetV2IsReadBitForBit) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  const auto file = OpenTensorFile(data / "weights/mobilenet_v2_imagenet_recovered.pth");
  ASSERT_EQ(file->tensors().size(), 314u);
  EXPECT_EQ(file->Find("features.0.0.weight")->shape, (std::vector<int64_t>{32, 3, 3, 3}));
  EXPECT_EQ(file->Find("features.0.1.num_batches_tracked")->dtype, DType::kInt64);
  dataset::Sha256 sum;
  for (const TensorView& tensor : file->tensors()) sum.Update(tensor.bytes);
  // The sum was computed by torch.load and hashlib, in the order of the names.
  EXPECT_EQ(sum.FinishHex(), "d48667da9efa1c9bc9a8844df9c57f21ff62e16acf474ef7f547a71905d84f28");
}

TEST(PthTest, ReadsTheTestsOwnFiles) {
  for (const std::string& bytes : {kZipPth, kLegacyPth}) {
    const auto file = Open(bytes);
    ASSERT_EQ(file->tensors().size(), 1u);
    EXPECT_EQ(file->tensors()[0].bytes, kFloats);
  }
}

TEST(PthTest, FindsTheStateDict) {
  const std::string inner = DictOf({{"w", kWeight}});
  const std::string other = DictOf({{"v", kWeight}});
  const std::string empty = DictOf({{"step", Int(1)}});
  const std::string opaque = Call(Glob("collections", "Counter"), {DictOf({{"w", kWeight}})});
  const struct {
    std::string object;
    const char* name;
  } kCases[] = {
      {DictOf({{"state_dict", inner}, {"epoch", Int(3)}, {"optimizer", DictOf({{"lr", Int(1)}})}}), "w"},
      {DictOf({{"model", inner}, {"args", "N"}}), "w"},
      {DictOf({{"model_state_dict", inner}, {"loss", Int(1)}}), "w"},
      {DictOf({{"model_state", inner}}), "w"},
      {DictOf({{"net", inner}}), "w"},
      {DictOf({{"state_dict_ema", inner}}), "w"},
      {DictOf({{"model_ema", inner}}), "w"},
      {DictOf({{"ema", inner}}), "w"},
      {DictOf({{"state_dict", inner}, {"scheduler", DictOf({{"milestones", opaque}})}, {"loss", opaque}}), "w"},
      {DictOf({{"w", kWeight}, {"v", opaque}}), "w"},
      // The first key that has tensors counts.
      {DictOf({{"model", inner}, {"state_dict", opaque}}), "w"},
      {DictOf({{"model", other}, {"state_dict", inner}}), "w"},
      {DictOf({{"model_state_dict", other}, {"state_dict", inner}}), "w"},
      {DictOf({{"model", inner}, {"state_dict", empty}}), "w"},
      // Averaged weights win over raw ones, as in timm, wherever they stand.
      {DictOf({{"state_dict_ema", inner}, {"state_dict", other}}), "w"},
      {DictOf({{"net", other}, {"ema", inner}}), "w"},
      {DictOf({{"state_dict", other}, {"model_ema", inner}}), "w"},
      {DictOf({{"model_ema", inner}, {"model", empty}}), "w"},
      // In pytorch/examples the best accuracy is a tensor beside the weights.
      {DictOf({{"epoch", Int(3)}, {"arch", Str("resnet18")}, {"state_dict", inner}, {"best_acc1", kWeight}}), "w"},
      {DictOf({{"loss", kWeight}, {"ema", inner}}), "w"},
      // No key has tensors, so the top level counts.
      {DictOf({{"w", kWeight}, {"epoch", Int(3)}}), "w"},
      {DictOf({{"w", kWeight}, {"model", Int(3)}, {"optimizer", other}}), "w"},
  };
  for (const auto& test : kCases) {
    const auto file = Open(MakeZipPth(test.object, {{"0", kFloats}}));
    ASSERT_EQ(file->tensors().size(), 1u) << &test - kCases;
    EXPECT_EQ(file->tensors()[0].name, test.name) << &test - kCases;
  }
}

TEST(PthTest, NamesTheKeysThatHoldTensors) {
  const std::string tried =
      "'state_dict_ema', 'model_ema', 'ema', 'state_dict', 'model_state_dict', 'model', 'model_state' or 'net'";
  const std::string inner = DictOf({{"w", kWeight}}), empty = DictOf({{"step", Int(1)}});
  const struct {
    std::string object;
    std::string message;
  } kCases[] = {
      {DictOf({{"epoch", Int(1)}, {"model", empty}}), "holds no dict of tensors, not under " + tried + " either"},
      {DictOf({{"generator", inner}, {"epoch", Int(1)}, {"d\n", inner}, {"optimizer", empty}}),
       "holds no dict of tensors under " + tried + ", but under 'generator' and 'd\\x0a'; `weights_key` chooses one"},
      {DictOf({{"a", inner}, {"b", inner}, {"c", inner}, {"d", inner}}), "but under 'a', 'b' and 'c'; `weights_key`"},
  };
  for (const auto& test : kCases) {
    const std::string error = OpenError(MakeZipPth(test.object, {{"0", kFloats}}));
    EXPECT_NE(error.find(test.message), std::string::npos) << error;
  }
}

TEST(PthTest, SaysWhichEntryItTookAndTheKeyChoosesAnother) {
  const TempDir dir;
  const std::string raw = DictOf({{"w", kWeight}, {"v", kWeight}, {"u", kWeight}});
  const std::string averaged = DictOf({{"x", kWeight}, {"y", kWeight}, {"z", kWeight}});
  const std::string without_statistics = DictOf({{"w", kWeight}, {"v", kWeight}});
  const std::string far_smaller = DictOf({{"decay", kWeight}});
  const auto save = [&](const std::string& object) { WriteFile(dir / "x.pth", MakeZipPth(object, {{"0", kFloats}})); };
  const auto first_of = [&](std::string_view key) {
    return OpenTensorFile(dir / "x.pth", key)->tensors().front().name;
  };
  save(DictOf({{"state_dict", raw}, {"state_dict_ema", averaged}, {"generator", far_smaller}}));
  const auto both = OpenTensorFile(dir / "x.pth");
  EXPECT_EQ(both->entry(), "state_dict_ema");
  EXPECT_EQ(both->other_entries(), std::vector<std::string>{"state_dict"});
  EXPECT_EQ(both->tensors().front().name, "x");
  EXPECT_EQ(first_of("state_dict"), "u");
  EXPECT_EQ(first_of("generator"), "decay");
  const std::string unknown = ErrorOf([&] { OpenTensorFile(dir / "x.pth", "student"); });
  EXPECT_NE(unknown.find("has no entry 'student', and no tensor's name begins with it; it has 'state_dict', "
                         "'state_dict_ema'"),
            std::string::npos)
      << unknown;

  // What is not the whole network does not win over it.
  for (const std::string& part : {far_smaller, without_statistics}) {
    save(DictOf({{"state_dict", raw}, {"ema", part}}));
    EXPECT_EQ(OpenTensorFile(dir / "x.pth")->entry(), "state_dict");
    EXPECT_TRUE(OpenTensorFile(dir / "x.pth")->other_entries().empty());
  }
  save(raw);
  EXPECT_EQ(OpenTensorFile(dir / "x.pth")->entry(), "");

  // Networks beside one another in one dict.
  save(DictOf({{"student.w", kWeight}, {"teacher.v", kWeight}, {"teacher.x", kWeight}, {"teachers", kWeight}}));
  EXPECT_EQ(OpenTensorFile(dir / "x.pth")->tensors().size(), 4u);
  const auto teacher = OpenTensorFile(dir / "x.pth", "teacher");
  ASSERT_EQ(teacher->tensors().size(), 2u);
  EXPECT_EQ(teacher->tensors()[0].name, "v");
  EXPECT_EQ(teacher->entry(), "teacher");
  EXPECT_NE(teacher->Find("x"), nullptr);
  EXPECT_THROW(OpenTensorFile(dir / "x.pth", "teach"), dataset::Error);
}

TEST(PthTest, PrefixesThatAllNamesHaveAreTakenOff) {
  using Names = std::vector<std::string>;
  const struct {
    Names names, expected;  // sorted
  } kCases[] = {
      {{"module.v", "module.w"}, {"v", "w"}},        // DataParallel
      {{"_orig_mod.v", "_orig_mod.w"}, {"v", "w"}},  // torch.compile
      {{"model.v", "model.w"}, {"v", "w"}},          // Lightning
      {{"net.v", "net.w"}, {"v", "w"}},
      {{"model._orig_mod.module.module.w"}, {"w"}},
      {{"module.v", "module.module.w"}, {"module.w", "v"}},
      {{"module.w", "n_averaged"}, {"w"}},  // AveragedModel
      {{"module.module.w", "module.n_averaged"}, {"w"}},
      {{"module.module.w", "n_averaged"}, {"w"}},
      // Other prefixes than those of wrappers stay.
      {{"module.w", "v"}, {"module.w", "v"}},
      {{"model.w", "module.v"}, {"model.w", "module.v"}},
      {{"modules.w"}, {"modules.w"}},
      {{"features.w"}, {"features.w"}},
      {{"module."}, {"module."}},
      {{"n_averaged", "w"}, {"n_averaged", "w"}},
      {{"n_averaged"}, {"n_averaged"}},
      {{"module.w", "n_averaged", "v"}, {"module.w", "n_averaged", "v"}},
  };
  for (const auto& test : kCases) {
    std::vector<std::pair<std::string, std::string>> items;
    for (const std::string& name : test.names) items.emplace_back(name, kWeight);
    for (const std::string& object : {DictOf(items), DictOf({{"state_dict", DictOf(items)}})}) {
      const auto file = Open(MakeZipPth(object, {{"0", kFloats}}));
      Names names;
      for (const TensorView& tensor : file->tensors()) names.push_back(tensor.name);
      EXPECT_EQ(names, test.expected) << test.names[0];
    }
  }
}

TEST(PthTest, OfEqualNamesTheLastCounts) {
  const std::string last = TensorOf(StorageOf("FloatStorage", "0", 6), 4, {2}, {1});
  for (const std::string_view key : {"w", "module.w"}) {
    const std::string name(key);
    const auto file =
        Open(MakeZipPth(DictOf({{name, kWeight}, {"v", kWeight}, {name, last}, {"v", Int(1)}}), {{"0", kFloats}}));
    ASSERT_EQ(file->tensors().size(), 1u);
    EXPECT_EQ(file->tensors()[0].name, "w");
    EXPECT_EQ(file->tensors()[0].bytes, BytesOf<float>({4, 5}));
  }
}

// A file of some 100 kB that would make 1 GB of names.
// A suite, and so a process, of its own: it measures the peak of memory.
TEST(PthMemoryTest, ANameThatIsSetAgainAndAgainIsOneName) {
  constexpr size_t kNameBytes = 50'000, kTimes = 20'000;
  std::string object = "}(" + Str(std::string(kNameBytes, 'a')) + "q\1" + kWeight + "q\2";
  for (size_t i = 1; i < kTimes; ++i) object += "h\1h\2";
  const std::string bytes = MakeZipPth(object + "u", {{"0", kFloats}});
  const uint64_t before = dataset::MeasureProcess().peak_resident;
  const auto file = Open(bytes);
  EXPECT_LT(dataset::MeasureProcess().peak_resident - before, 100'000'000u);
  ASSERT_EQ(file->tensors().size(), 1u);
  EXPECT_EQ(file->tensors()[0].name.size(), kNameBytes);
}

TEST(PthTest, TensorsMayShareAStorage) {
  const std::string storage = StorageOf("FloatStorage", "0", 6);
  const auto file = Open(MakeZipPth(
      DictOf({{"a", TensorOf(storage, 0, {2}, {1})}, {"b", TensorOf(storage, 4, {2}, {1})}}), {{"0", kFloats}}));
  EXPECT_EQ(file->Find("a")->bytes, BytesOf<float>({0, 1}));
  EXPECT_EQ(file->Find("b")->bytes, BytesOf<float>({4, 5}));
}

TEST(PthTest, StridesBecomeRowMajor) {
  std::vector<int16_t> numbers(24);
  for (int16_t i = 0; i < 24; ++i) numbers[i] = i;
  const struct {
    std::vector<int64_t> shape, stride;
    int64_t offset;
    std::vector<int16_t> expected;
  } kCases[] = {
      {{3, 2}, {1, 3}, 0, {0, 3, 1, 4, 2, 5}},                                   // transposed
      {{1, 2, 2, 3}, {24, 1, 6, 2}, 0, {0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11}},  // channels last
      {{4}, {0}, 23, {23, 23, 23, 23}},                                          // expanded
      {{2, 2}, {0, 5}, 1, {1, 6, 1, 6}},                                         // expanded
      {{3}, {8}, 7, {7, 15, 23}},                                                // every eighth
      {{2, 1, 2}, {2, 999, 1}, 0, {0, 1, 2, 3}},  // the stride of a single row does not matter
      {{0, 5}, {5, 1}, 0, {}},                    // empty
      {{}, {}, 9, {9}},                           // scalar
  };
  for (const auto& test : kCases) {
    const std::string tensor = TensorOf(StorageOf("ShortStorage", "0", 24), test.offset, test.shape, test.stride);
    const auto file = Open(MakeZipPth(DictOf({{"t", tensor}}), {{"0", BytesOf(numbers)}}));
    EXPECT_EQ(file->tensors()[0].shape, test.shape);
    EXPECT_EQ(file->tensors()[0].bytes, BytesOf(test.expected)) << ::testing::PrintToString(test.stride);
  }
}

TEST(PthTest, EveryDtypeIsRead) {
  const std::pair<const char*, DType> kTypes[] = {
      {"FloatStorage", DType::kFloat32},  {"HalfStorage", DType::kFloat16}, {"BFloat16Storage", DType::kBFloat16},
      {"DoubleStorage", DType::kFloat64}, {"LongStorage", DType::kInt64},   {"IntStorage", DType::kInt32},
      {"ShortStorage", DType::kInt16},    {"CharStorage", DType::kInt8},    {"ByteStorage", DType::kUint8},
      {"BoolStorage", DType::kBool},
  };
  for (const auto& [type, dtype] : kTypes) {
    const std::string bytes(3 * DTypeBytes(dtype), '\1');
    // The tensor is also transposed, so that each width of the copy is tested.
    const std::string tensor = TensorOf(StorageOf(type, "0", 3), 0, {2, 2}, {1, 1});
    const auto file = Open(MakeZipPth(DictOf({{"t", tensor}}), {{"0", bytes}}));
    EXPECT_EQ(file->tensors()[0].dtype, dtype) << type;
    EXPECT_EQ(file->tensors()[0].bytes, std::string(4 * DTypeBytes(dtype), '\1')) << type;
  }
}

TEST(PthTest, APickleThatNamesOsSystemIsRefusedAndNothingRuns) {
  const TempDir dir;
  const std::string command = Str("touch " + (dir / "marker").string());
  const std::string global = Call(Glob("posix", "system"), {command});
  const std::string stack_global = Call(Str("posix") + Str("system") + "\x93", {command});
  for (const std::string& call : {global, stack_global}) {
    const std::string object = DictOf({{"w", kWeight}, {"x", call}});
    const std::string zip = OpenError(MakeZipPth(object, {{"0", kFloats}}));
    EXPECT_TRUE(zip.starts_with("x.pth: data.pkl: byte ")) << zip;
    EXPECT_NE(zip.find("refuses global 'posix.system' ('os.system'): a weights file needs no code"), std::string::npos);
    EXPECT_NE(OpenError(MakeLegacyPth(object, {{"0", 6, kFloats}})).find("'posix.system' ('os.system')"),
              std::string::npos);
    EXPECT_NE(OpenError(Pickled(call)).find("'posix.system' ('os.system')"), std::string::npos);
  }
  EXPECT_FALSE(std::filesystem::exists(dir / "marker"));
}

TEST(PthTest, RefusesBadTensors) {
  const auto object = [](const std::string& tensor) { return DictOf({{"w", tensor}}); };
  const std::string storage = StorageOf("FloatStorage", "0", 6);
  constexpr int64_t kHuge = int64_t{1} << 62;
  const std::string reaches = "tensor 'w' reaches beyond its storage";
  const std::string impossible = "tensor 'w' has an impossible shape";
  const struct {
    const char* name;
    std::string tensor;
    std::string message;
  } kCases[] = {
      {"one too many", TensorOf(storage, 0, {7}, {1}), reaches},
      {"offset too large", TensorOf(storage, 1, {2, 3}, {3, 1}), reaches},
      {"offset at the end", TensorOf(storage, 6, {1}, {1}), reaches},
      {"scalar at the end", TensorOf(storage, 6, {}, {}), reaches},
      {"negative offset", TensorOf(storage, -1, {1}, {1}), reaches},
      {"huge offset", TensorOf(storage, INT64_MAX, {1}, {1}), reaches},
      {"huge offset and stride", TensorOf(storage, INT64_MAX, {2}, {INT64_MAX}), reaches},
      {"stride too large", TensorOf(storage, 0, {2, 3}, {4, 1}), reaches},
      {"stride that wraps", TensorOf(storage, 0, {3}, {INT64_MAX}), reaches},
      {"strides that wrap together", TensorOf(storage, 0, {2, 2}, {INT64_MAX, INT64_MAX}), reaches},
      {"negative stride", TensorOf(storage, 5, {6}, {-1}), impossible},
      {"negative size", TensorOf(storage, 0, {-1}, {1}), impossible},
      {"two negative sizes", TensorOf(storage, 0, {-2, -3}, {3, 1}), impossible},
      {"size that wraps", TensorOf(storage, 0, {kHuge, 4}, {4, 1}), impossible},
      {"bytes that wrap", TensorOf(storage, 0, {kHuge}, {1}), impossible},
      {"empty, but wraps", TensorOf(storage, 0, {0, kHuge, kHuge}, {1, 1, 1}), impossible},
      {"fewer strides", TensorOf(storage, 0, {2, 3}, {3}), impossible},
      {"more strides", TensorOf(storage, 0, {6}, {6, 1}), impossible},
      {"too many dimensions", TensorOf(storage, 0, std::vector<int64_t>(17, 1), std::vector<int64_t>(17, 1)),
       impossible},
      {"shape of strings", Call(Glob("torch._utils", "_rebuild_tensor"), {storage, Int(0), Tup({Str("2")}), Ints({1})}),
       impossible},
      {"expanded without end", TensorOf(storage, 0, {int64_t{1} << 40}, {0}), "unpacks to too much"},
      {"dtype too wide", TensorOf(StorageOf("DoubleStorage", "0", 6), 0, {3}, {1}),
       "has a storage of 24 bytes, not of 6"},
      {"dtype too narrow", TensorOf(StorageOf("ByteStorage", "0", 6), 0, {6}, {1}),
       "has a storage of 24 bytes, not of 6"},
      {"storage said too large", TensorOf(StorageOf("FloatStorage", "0", 7), 0, {6}, {1}), "not of 7 elements"},
      {"storage said huge", TensorOf(StorageOf("FloatStorage", "0", INT64_MAX), 0, {6}, {1}), "elements"},
      {"no such storage", TensorOf(StorageOf("FloatStorage", "1", 6), 0, {6}, {1}), "has no member 'net/data/1'"},
      {"storage outside", TensorOf(StorageOf("FloatStorage", "../version", 6), 0, {6}, {1}), "has no member"},
  };
  for (const auto& test : kCases) {
    const std::string error = OpenError(MakeZipPth(object(test.tensor), {{"0", kFloats}}));
    EXPECT_NE(error.find(test.message), std::string::npos) << test.name << ": " << error;
  }
}

TEST(PthTest, ManySmallCopiesMayNotAddUpToTooMuch) {
  const std::string floats(4000, '\0');
  std::vector<std::pair<std::string, std::string>> items;
  const std::string tensor = TensorOf(StorageOf("FloatStorage", "0", 1000), 0, {1000, 1000}, {0, 1});
  for (int i = 0; i < 30; ++i) items.emplace_back("w" + std::to_string(i), tensor);
  EXPECT_NE(OpenError(MakeZipPth(DictOf(items), {{"0", floats}})).find("unpacks to too much"), std::string::npos);
}

TEST(PthTest, RefusesBadFiles) {
  const std::string pkl = Pickled(DictOf({{"w", kWeight}}));
  const std::string magic = Pickled("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19");
  const size_t storage_at = kLegacyPth.size() - kFloats.size() - 8;
  const std::string legacy_weight = TensorOf(LegacyStorageOf("FloatStorage", "9", 6), 0, {6}, {1});
  const struct {
    const char* name;
    std::string bytes;
    const char* message;
  } kCases[] = {
      {"zip without data.pkl", MakeZip({{"a.txt", "x"}}), "is a zip without data.pkl"},
      {".keras", MakeZip({{"config.json", "{}"}, {"model.weights.h5", "x"}}), "is a .keras archive"},
      {"two of them", MakeZip({{"a/data.pkl", pkl}, {"b/data.pkl", pkl}}), "more than one data.pkl"},
      {"TorchScript", MakeZip({{"a/data.pkl", pkl}, {"a/constants.pkl", pkl}}), "TorchScript"},
      {"big-endian", MakeZip({{"a/data.pkl", pkl}, {"a/byteorder", "big"}}), "is not little-endian"},
      {"compressed pickle", MakeZip({{"a/data.pkl", pkl, 8}}), "'a/data.pkl' is compressed"},
      {"compressed storage", MakeZip({{"a/data.pkl", pkl}, {"a/data/0", kFloats, 8}}), "'a/data/0' is compressed"},
      {"tensors that were overwritten", MakeZipPth(DictOf({{"w", kWeight}, {"w", Int(1)}}), {{"0", kFloats}}),
       "holds no dict of tensors"},
      {"a list of tensors", MakeZipPth(Tup({kWeight}), {{"0", kFloats}}), "holds no dict of tensors"},
      {"no tensors", MakeZipPth(DictOf({{"epoch", Int(1)}}), {}), "holds no dict of tensors"},
      {"an object", MakeZipPth(Call(Glob("collections", "Counter"), {DictOf({{"w", kWeight}})}), {{"0", kFloats}}),
       "holds no dict of tensors"},
      {"no dict under model", MakeZipPth(DictOf({{"model", Int(1)}}), {}), "holds no dict of tensors"},
      {"numbered tensors", MakeZipPth("}" + Int(1) + kWeight + "s", {{"0", kFloats}}), "holds no dict of tensors"},
      {"a plain pickle", pkl, "is a pickle, but not one of torch.save"},
      {"another magic", Pickled(Int(7)), "is a pickle, but not one of torch.save"},
      {"another protocol", magic + Pickled(Int(1002)), "unknown version"},
      {"no protocol", magic + Pickled("N"), "unknown version"},
      {"big-endian legacy", magic + Pickled(Int(1001)) + Pickled(DictOf({{"little_endian", "\x89"}})), "little-endian"},
      {"no endianness", magic + Pickled(Int(1001)) + Pickled("}"), "is not little-endian"},
      {"no system", magic + Pickled(Int(1001)) + Pickled("N"), "is not little-endian"},
      {"another size", Patched(kLegacyPth, storage_at, "\7"), "has another size than its tensors say"},
      {"negative size", Patched(kLegacyPth, storage_at, "\xff\xff\xff\xff\xff\xff\xff\xff"), "has another size"},
      {"huge storage",
       MakeLegacyPth(DictOf({{"w", TensorOf(LegacyStorageOf("FloatStorage", "9", INT64_MAX), 0, {6}, {1})}}),
                     {{"9", INT64_MAX, kFloats}}),
       "storage '9' ends too early"},
      {"bytes behind", kLegacyPth + "x", "has bytes behind the last storage"},
      {"unknown storage", MakeLegacyPth(DictOf({{"w", legacy_weight}}), {{"8", 6, kFloats}}), "no tensor uses"},
      {"storage missing", MakeLegacyPth(DictOf({{"w", legacy_weight}}), {}), "has no storage '9'"},
      {"storage twice", MakeLegacyPth(DictOf({{"w", legacy_weight}}), {{"9", 6, kFloats}, {"9", 6, kFloats}}), "twice"},
      {"view of a storage",
       MakeLegacyPth(DictOf({{"w", Tup({Str("storage"), Glob("torch", "FloatStorage"), Str("9"), Str("cpu"), Int(6),
                                        Tup({Str("10"), Int(1), Int(2)})}) +
                                       "Q"}}),
                     {}),
       "unknown kind of persistent id"},
  };
  for (const auto& test : kCases) {
    const std::string error = OpenError(test.bytes);
    EXPECT_NE(error.find(test.message), std::string::npos) << test.name << ": " << error;
  }
}

TEST(PthTest, EveryTruncationIsFound) {
  const TempDir dir;
  for (const std::string_view hex : {kTorchZip, kTorchLegacy}) {
    testing::ExpectEveryTruncationIsFound(dir / "x.pth", FromHex(hex), [&] { OpenTensorFile(dir / "x.pth"); });
  }
}

TEST(PthTest, NoFlippedByteCrashes) {
  const TempDir dir;
  for (const std::string_view hex : {kTorchZip, kTorchLegacy}) {
    testing::ExpectNoFlippedByteCrashes(dir / "x.pth", FromHex(hex), [&] { OpenTensorFile(dir / "x.pth"); });
  }
}

}  // namespace
}  // namespace train

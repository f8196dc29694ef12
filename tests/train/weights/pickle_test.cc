#include "train/weights/pickle.h"

#include <filesystem>

#include "dataset/error.h"
#include "tests/testing/testing.h"
#include "tests/train/weights/fixtures.h"

namespace train {
namespace {

using namespace std::string_literals;
using dataset::testing::FromHex;
using testing::Call;
using testing::DictOf;
using testing::ErrorOf;
using testing::Glob;
using testing::Int;
using testing::Ints;
using testing::Pickled;
using testing::StorageOf;
using testing::Str;
using testing::TensorOf;
using testing::Tup;

// pickle.dumps of Python 3.11, protocols 2 and 4, of {'none': None, 'yes': True, 'no': False, 'small': 7, 'word':
// 70000, 'neg': -2, 'long': -(1 << 40), 'pi': 3.5, 'text': 'aé', 'tuple': (1, 2, 3, 4), 'list': [1, []], 'order':
// OrderedDict([('b', 1), ('a', (1,))])}
constexpr std::string_view kProtocol2 =
    "80027d71002858040000006e6f6e6571014e580300000079657371028858020000006e6f7103895805000000736d616c6c71044b0758040000"
    "00776f726471054a7011010058030000006e656771064afeffffff58040000006c6f6e6771078a060000000000ff5802000000706971084740"
    "0c0000000000005804000000746578747109580300000061c3a9710a58050000007475706c65710b284b014b024b034b0474710c5804000000"
    "6c697374710d5d710e284b015d710f6558050000006f72646572711063636f6c6c656374696f6e730a4f726465726564446963740a71112952"
    "71122858010000006271134b0158010000006171144b0185711575752e";
constexpr std::string_view kProtocol4 =
    "800495c0000000000000007d94288c046e6f6e65944e8c0379657394888c026e6f94898c05736d616c6c944b078c04776f7264944a70110100"
    "8c036e6567944afeffffff8c046c6f6e67948a060000000000ff8c0270699447400c0000000000008c0474657874948c0361c3a9948c057475"
    "706c6594284b014b024b034b0474948c046c697374945d94284b015d94658c056f72646572948c0b636f6c6c656374696f6e73948c0b4f7264"
    "6572656444696374949394295294288c0162944b018c0161944b01859475752e";

TEST(PickleTest, ReadsWhatPythonWrote) {
  for (const std::string_view hex : {kProtocol2, kProtocol4}) {
    const std::string bytes = FromHex(hex);
    const Pickle pickle(bytes, "x");
    EXPECT_EQ(pickle.size(), bytes.size());
    const Dict& dict = *pickle.root().As<Dict>();
    ASSERT_EQ(dict.items.size(), 12u);
    EXPECT_EQ(*dict.items[0].first->As<std::string_view>(), "none");
    EXPECT_NE(dict.Find("none")->As<None>(), nullptr);
    EXPECT_TRUE(*dict.Find("yes")->As<bool>());
    EXPECT_FALSE(*dict.Find("no")->As<bool>());
    EXPECT_EQ(*dict.Find("small")->As<int64_t>(), 7);
    EXPECT_EQ(*dict.Find("word")->As<int64_t>(), 70000);
    EXPECT_EQ(*dict.Find("neg")->As<int64_t>(), -2);
    EXPECT_EQ(*dict.Find("long")->As<int64_t>(), -(int64_t{1} << 40));
    EXPECT_EQ(*dict.Find("pi")->As<double>(), 3.5);
    EXPECT_EQ(*dict.Find("text")->As<std::string_view>(), "a\xc3\xa9");
    EXPECT_EQ(dict.Find("tuple")->As<Tuple>()->items.size(), 4u);
    const List& list = *dict.Find("list")->As<List>();
    ASSERT_EQ(list.items.size(), 2u);
    EXPECT_TRUE(list.items[1]->As<List>()->items.empty());
    const Dict& order = *dict.Find("order")->As<Dict>();
    ASSERT_EQ(order.items.size(), 2u);
    EXPECT_EQ(*order.items[0].first->As<std::string_view>(), "b");
    EXPECT_EQ(dict.Find("absent"), nullptr);
  }
}

// pickle.dumps of Python 3.11, protocol 2, of {'args': argparse.Namespace(lr=0.5, name='a'), 'epoch': 3}
TEST(PickleTest, ReadsOverTheOptionsOfAScript) {
  const std::string bytes = FromHex(
      "80027d71002858040000006172677371016361726770617273650a4e616d6573706163650a7102298171037d71042858020000006c727105"
      "473fe000000000000058040000006e616d65710658010000006171077562580500000065706f636871084b03752e");
  const Pickle pickle(bytes, "x");
  const Dict& dict = *pickle.root().As<Dict>();
  EXPECT_TRUE(dict.Find("args")->As<Dict>()->items.empty());
  EXPECT_EQ(*dict.Find("epoch")->As<int64_t>(), 3);
}

TEST(PickleTest, StopsAtTheEndOfTheFirstPickle) {
  const std::string first = Pickled(Int(1));
  const std::string both = first + Pickled(Int(2));
  EXPECT_EQ(Pickle(both, "x").size(), first.size());
}

TEST(PickleTest, KeepsIntegersBeyondInt64AsBytes) {
  const std::string bytes = Pickled("\x8a\x09" + "123456789"s);
  const Pickle pickle(bytes, "x");
  EXPECT_EQ(pickle.root().As<BigInteger>()->bytes, "123456789");
}

TEST(PickleTest, OfEqualKeysTheLastIsFound) {
  const std::string bytes = Pickled(DictOf({{"a", Int(1)}, {"a", Int(2)}}));
  const Pickle pickle(bytes, "x");
  EXPECT_EQ(*pickle.root().As<Dict>()->Find("a")->As<int64_t>(), 2);
}

TEST(PickleTest, ReadsTensorsAndParameters) {
  const std::string tensor = TensorOf(StorageOf("HalfStorage", "12", 6), 1, {2, 2}, {2, 1});
  const std::string parameter =
      Call(Glob("torch._utils", "_rebuild_parameter"), {tensor, "\x88", Call(Glob("collections", "OrderedDict"), {})});
  for (const std::string& expression : {tensor, parameter}) {
    const std::string bytes = Pickled(expression);
    const Pickle pickle(bytes, "x");
    const Tensor& found = *pickle.root().As<Tensor>();
    EXPECT_EQ(found.storage->dtype, DType::kFloat16);
    EXPECT_EQ(found.storage->key, "12");
    EXPECT_EQ(found.storage->elements, 6u);
    EXPECT_EQ(found.offset, 1);
    EXPECT_EQ(found.shape->items.size(), 2u);
    EXPECT_EQ(*found.stride->items[0]->As<int64_t>(), 2);
  }
}

TEST(PickleTest, ReadsAnOrderedDictOfPython2) {
  const std::string pair = "](" + ("U\x01"s + "a") + Int(5) + "e";
  const std::string bytes = Pickled(Call(Glob("collections", "OrderedDict"), {"](" + pair + "e"}));
  const Pickle pickle(bytes, "x");
  EXPECT_EQ(*pickle.root().As<Dict>()->Find("a")->As<int64_t>(), 5);
}

TEST(PickleTest, AListMayContainItself) {
  const std::string bytes = FromHex("80025d7100284b016800652e");  // l = [1]; l.append(l)
  const Pickle pickle(bytes, "x");
  const List& list = *pickle.root().As<List>();
  ASSERT_EQ(list.items.size(), 2u);
  EXPECT_EQ(list.items[1], &pickle.root());
}

TEST(PickleTest, DeepNestingDoesNotRecurse) {
  const std::string bytes = Pickled(")" + std::string(100'000, '\x85'));
  EXPECT_EQ(Pickle(bytes, "x").values().size(), 100'001u);
  const std::string marks = Pickled(std::string(100'000, '(') + std::string(100'000, 't'));
  EXPECT_EQ(Pickle(marks, "x").values().size(), 100'000u);
}

// All of these would run code in Python's pickle.load; the marker file would then exist.
TEST(PickleTest, RefusesForeignGlobalsByName) {
  const dataset::testing::TempDir dir;
  const std::string command = Str("touch " + (dir / "marker").string());
  const struct {
    std::string bytes;
    const char* message;
  } kCases[] = {
      {Pickled(Call(Glob("posix", "system"), {command})), "byte 2: refuses global 'posix.system' ('os.system'): "},
      {Pickled(Call(Glob("nt", "system"), {command})), "byte 2: refuses global 'nt.system' ('os.system'): "},
      {Pickled(Call(Glob("os", "system"), {command})),
       "byte 2: refuses global 'os.system': a weights file needs no code"},
      {Pickled(Call(Glob("builtins", "eval"), {command})), "refuses global 'builtins.eval'"},
      {Pickled(Call(Glob("__builtin__", "eval"), {command})), "refuses global '__builtin__.eval'"},
      {Pickled(Call(Glob("subprocess", "Popen"), {command})), "refuses global 'subprocess.Popen'"},
      {Pickled(Call(Str("posix") + Str("system") + "\x93", {command})), "refuses global 'posix.system' ('os.system')"},
      {Pickled(Call(Str("builtins") + Str("eval") + "\x93", {command})), "refuses global 'builtins.eval'"},
      {Pickled("(" + command + "ios\nsystem\n"), "refuses global 'os.system'"},
      {"\x80\x02" + ("(" + command + "iposix\nsystem\n."), "refuses global 'posix.system' ('os.system')"},
      {Call(Glob("os", "system"), {command}) + ".", "byte 0: refuses global 'os.system'"},
      {Pickled(Glob("numpy.core.multiarray", "scalar")), "refuses global 'numpy.core.multiarray.scalar'"},
      {Pickled(Glob("torch.nn.modules.linear", "Linear")), "refuses global 'torch.nn.modules.linear.Linear'"},
      {Pickled(Glob("torch", "load")), "refuses global 'torch.load'"},
      {Pickled(Glob("torch", "QInt8Storage")), "refuses global 'torch.QInt8Storage'"},
      {Pickled(Glob("torch._utils._rebuild_tensor_v2", "__globals__")),
       "refuses global 'torch._utils._rebuild_tensor_"},
      {Pickled(Glob("a\x1b[2J", "b")), "refuses global 'a\\x1b[2J.b'"},
      // In a place that is never looked at.
      {Pickled(DictOf({{"w", TensorOf(StorageOf("FloatStorage", "0", 1), 0, {1}, {1})}, {"x", Glob("os", "system")}})),
       "refuses global 'os.system'"},
  };
  for (const auto& test : kCases) {
    const std::string error = ErrorOf([&] { Pickle(test.bytes, "x"); });
    EXPECT_NE(error.find(test.message), std::string::npos) << error;
    EXPECT_TRUE(error.starts_with("x: byte ")) << error;
  }
  EXPECT_FALSE(std::filesystem::exists(dir / "marker"));
}

TEST(PickleTest, RefusesDamage) {
  const std::string ordered_dict = Glob("collections", "OrderedDict");
  const std::string name_space = Glob("argparse", "Namespace");
  const std::string rebuild = Glob("torch._utils", "_rebuild_tensor_v2");
  const std::string storage = StorageOf("FloatStorage", "0", 1);
  const struct {
    const char* name;
    std::string expression;
    const char* message;
  } kCases[] = {
      {"protocol 6", "\x80\x06", "unknown pickle protocol"},
      {"object of a tuple", Tup({}) + Tup({}) + "\x81", "makes an object of an unknown type"},
      {"object of a function", ordered_dict + Tup({}) + "\x81", "makes an object of an unknown type"},
      {"object with an argument", name_space + Tup({Int(1)}) + "\x81", "makes an object of an unknown type"},
      {"object without arguments", name_space + Int(1) + "\x81", "makes an object of an unknown type"},
      {"call of a Namespace", Call(name_space, {}), "calls argparse.Namespace"},
      {"opcode of extensions", "\x82\x01", "opcode '\\x82' has no place"},
      {"opcode of nothing", "\xfe", "opcode '\\xfe' has no place"},
      {"text integer", "I1\n", "opcode 'I' has no place"},
      {"text string", "S'a'\n", "opcode 'S' has no place"},
      {"text persistent id", "P1\n", "opcode 'P' has no place"},
      {"no value", "", "does not end with one value"},
      {"two values", Int(1) + Int(2), "does not end with one value"},
      {"open mark", "(" + Int(1), "does not end with one value"},
      {"tuple of too many", Int(1) + "\x86", "stack is empty"},
      {"tuple without mark", Int(1) + "t", "no mark"},
      {"tuple below the mark", Int(1) + "(\x85", "stack is empty"},
      {"append to nothing", Int(1) + "a", "stack is empty"},
      {"append to a number", Int(1) + Int(2) + "a", "opcode does not fit"},
      {"append to a tuple", Tup({}) + Int(2) + "a", "opcode does not fit"},
      {"set in a list", "]" + Str("k") + Int(2) + "s", "opcode does not fit"},
      {"key without value", "}(" + Str("k") + "u", "a key without a value"},
      {"memo never set", "h\x05", "no value in memo 5"},
      {"memo far away", "}r\xff\xff\xff\xff", "memo number 4294967295 is too large"},
      {"memo of nothing", "q\x01", "stack is empty"},
      {"string beyond the end", "X\xff\xff\xff\xff", "ends too early"},
      {"string of 2^64-1", "\x8d\xff\xff\xff\xff\xff\xff\xff\xff", "ends too early"},
      {"line without end", "ctorch", "ends within a line"},
      {"stack global without names", Int(1) + Int(2) + "\x93", "a global without a name"},
      {"call of a number", Int(1) + Tup({}) + "R", "calls what is not a function"},
      {"call without a tuple", ordered_dict + Int(1) + "R", "calls what is not a function"},
      {"call of a storage type", Call(Glob("torch", "FloatStorage"), {}), "calls a storage type"},
      {"instance of a known global", "(icollections\nOrderedDict\n", "opcode INST calls what it names"},
      {"OrderedDict of a number", Call(ordered_dict, {Int(1)}), "not a list of pairs"},
      {"OrderedDict of singles", Call(ordered_dict, {"](" + Int(1) + "e"}), "not a list of pairs"},
      {"attributes of a number", Int(1) + "}b", "opcode does not fit"},
      {"attributes that are a tuple", "}" + Tup({}) + "b", "attributes that are not a dict"},
      {"id that is a number", Int(1) + "Q", "unknown kind of persistent id"},
      {"id of a module", Tup({Str("module"), Glob("torch", "FloatStorage"), Str("0"), Str("cpu"), Int(1)}) + "Q",
       "unknown kind of persistent id"},
      {"id of no storage type", Tup({Str("storage"), ordered_dict, Str("0"), Str("cpu"), Int(1)}) + "Q",
       "unknown kind of persistent id"},
      {"id without size", Tup({Str("storage"), Glob("torch", "FloatStorage"), Str("0"), Str("cpu"), "N"}) + "Q",
       "unknown kind of persistent id"},
      {"id too short", Tup({Str("storage"), Glob("torch", "FloatStorage")}) + "Q", "unknown kind of persistent id"},
      {"storage of negative size", StorageOf("FloatStorage", "0", -1), "storage '0' has a negative size"},
      {"tensor of three arguments", Call(rebuild, {storage, Int(0), Ints({1})}), "wrong number of arguments"},
      {"tensor without storage", Call(rebuild, {Int(0), Int(0), Ints({1}), Ints({1})}), "arguments of wrong types"},
      {"tensor of list shape", Call(rebuild, {storage, Int(0), "]", Ints({1})}), "arguments of wrong types"},
      {"tensor of huge offset", Call(rebuild, {storage, "\x8a\x09" + "123456789"s, Ints({}), Ints({})}),
       "arguments of wrong types"},
      {"parameter of a number", Call(Glob("torch._utils", "_rebuild_parameter"), {Int(0), "\x88", "}"}),
       "a parameter without a tensor"},
  };
  for (const auto& test : kCases) {
    const std::string bytes = Pickled(test.expression);
    const std::string error = ErrorOf([&] { Pickle(bytes, "x", 1000); });
    EXPECT_NE(error.find(test.message), std::string::npos) << test.name << ": " << error;
    EXPECT_TRUE(error.starts_with("x: byte 1")) << error;
  }
}

TEST(PickleTest, EveryTruncationIsFound) {
  for (const std::string_view hex : {kProtocol2, kProtocol4}) {
    const std::string bytes = FromHex(hex);
    for (size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_THROW(Pickle(std::string_view(bytes).substr(0, size), "x"), dataset::Error) << size;
    }
  }
}

TEST(PickleTest, NoFlippedByteCrashes) {
  const std::string good = Pickled(DictOf({{"w", TensorOf(StorageOf("FloatStorage", "0", 6), 0, {2, 3}, {3, 1})}}));
  for (size_t i = 0; i < good.size(); ++i) {
    for (const char byte : "(.RQtu\x7f\x80\xff") {
      const std::string bytes = testing::Patched(good, i, {&byte, 1});
      try {
        Pickle(bytes, "x");
      } catch (const dataset::Error&) {
      }
    }
  }
}

TEST(PickleTest, MemoryIsBounded) {
  const std::string values = Pickled("(" + std::string(1'100'000, 'N') + "t");
  EXPECT_NE(ErrorOf([&] { Pickle(values, "x"); }).find("more than 1048576 values"), std::string::npos);

  // A short list of many references to one pair, made into a dict again and again.
  std::string bomb = "((](" + Int(1) + Int(2) + "eq\x01t](";
  for (int i = 0; i < 100'000; ++i) bomb += "h\x01";
  bomb += "e\x85q\x02";
  for (int i = 0; i < 50; ++i) bomb += Glob("collections", "OrderedDict") + "h\x02R";
  const std::string bytes = Pickled(bomb + "t");
  EXPECT_NE(ErrorOf([&] { Pickle(bytes, "x"); }).find("more than 4194304 steps"), std::string::npos);
}

}  // namespace
}  // namespace train

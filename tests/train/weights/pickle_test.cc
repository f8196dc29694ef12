#include "train/weights/pickle.h"

#include <filesystem>
#include <regex>

#include "dataset/base/error.h"
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
  EXPECT_NE(dict.Find("args")->As<Opaque>(), nullptr);
  EXPECT_EQ(*dict.Find("epoch")->As<int64_t>(), 3);
}

// pickle.dumps of Python 3.11, torch 2.15 and numpy 2.4, protocols 2 and 4, of {'counter': Counter([30, 30]),
// 'default': defaultdict(dict, {0: {'step': 1}}), 'best': np.float64(0.5), 'device': torch.device('cpu'), 'size':
// torch.Size([2, 3]), 'version': TorchVersion('2.1'), 'path': pathlib.PurePosixPath('a/b'), 'set': {1}, 'frozen':
// frozenset([2]), 'time': datetime(2024, 1, 2), 'rng': np.array([1, 2], np.uint8), 'args': argparse.Namespace(lr=0.5),
// 'bytes': b'\x80', 'epoch': 3}
constexpr std::string_view kReadOver2 =
    "80027d7100285807000000636f756e746572710163636f6c6c656374696f6e730a436f756e7465720a71027d71034b1e4b0273857104527105"
    "580700000064656661756c74710663636f6c6c656374696f6e730a64656661756c74646963740a7107635f5f6275696c74696e5f5f0a646963"
    "740a710885710952710a4b007d710b580400000073746570710c4b017373580400000062657374710d636e756d70792e5f636f72652e6d756c"
    "746961727261790a7363616c61720a710e636e756d70790a64747970650a710f5802000000663871108988877111527112284b035801000000"
    "3c71134e4e4e4affffffff4affffffff4b0074711462635f636f646563730a656e636f64650a71155809000000000000000000c3a03f711658"
    "060000006c6174696e31711786711852711986711a52711b5806000000646576696365711c63746f7263680a6465766963650a711d58030000"
    "00637075711e85711f527120580400000073697a65712163746f7263680a53697a650a71224b024b0386712385712452712558070000007665"
    "7273696f6e712663746f7263682e746f7263685f76657273696f6e0a546f72636856657273696f6e0a71275803000000322e31712885712981"
    "712a580400000070617468712b63706174686c69620a50757265506f736978506174680a712c580100000061712d580100000062712e86712f"
    "52713058030000007365747131635f5f6275696c74696e5f5f0a7365740a71325d71334b0161857134527135580600000066726f7a656e7136"
    "635f5f6275696c74696e5f5f0a66726f7a656e7365740a71375d71384b026185713952713a580400000074696d65713b636461746574696d65"
    "0a6461746574696d650a713c6815580b00000007c3a80102000000000000713d681786713e52713f8571405271415803000000726e67714263"
    "6e756d70792e5f636f72652e6d756c746961727261790a5f7265636f6e7374727563740a7143636e756d70790a6e6461727261790a71444b00"
    "85714568155801000000627146681786714752714887714952714a284b014b0285714b680f58020000007531714c898887714d52714e284b03"
    "58010000007c714f4e4e4e4affffffff4affffffff4b0074715062896815580200000001027151681786715252715374715462580400000061"
    "72677371556361726770617273650a4e616d6573706163650a7156298171577d715858020000006c727159473fe00000000000007362580500"
    "00006279746573715a68155802000000c280715b681786715c52715d580500000065706f6368715e4b03752e";
constexpr std::string_view kReadOver4 =
    "80049591020000000000007d94288c07636f756e746572948c0b636f6c6c656374696f6e73948c07436f756e7465729493947d944b1e4b0273"
    "859452948c0764656661756c749468028c0b64656661756c74646963749493948c086275696c74696e73948c0464696374949394859452944b"
    "007d948c0473746570944b0173738c0462657374948c166e756d70792e5f636f72652e6d756c74696172726179948c067363616c6172949394"
    "8c056e756d7079948c0564747970659493948c02663894898887945294284b038c013c944e4e4e4affffffff4affffffff4b00749462430800"
    "0000000000e03f94869452948c06646576696365948c05746f726368948c066465766963659493948c0363707594859452948c0473697a6594"
    "68228c0453697a659493944b024b038694859452948c0776657273696f6e948c13746f7263682e746f7263685f76657273696f6e948c0c546f"
    "72636856657273696f6e9493948c03322e3194859481948c0470617468948c07706174686c6962948c0d50757265506f736978506174689493"
    "948c0161948c016294869452948c03736574948f94284b01908c0666726f7a656e94284b0291948c0474696d65948c086461746574696d6594"
    "8c086461746574696d65949394430a07e8010200000000000094859452948c03726e679468138c0c5f7265636f6e7374727563749493946816"
    "8c076e6461727261799493944b0085944301629487945294284b014b02859468188c02753194898887945294284b038c017c944e4e4e4affff"
    "ffff4affffffff4b007494628943020102947494628c0461726773948c086172677061727365948c094e616d6573706163659493942981947d"
    "948c026c7294473fe000000000000073628c05627974657394430180948c0565706f6368944b03752e";

TEST(PickleTest, ReadsOverWhatTrainingScriptsKeep) {
  const std::string numpy2 = FromHex(kReadOver2);
  const std::string numpy1 = std::regex_replace(numpy2, std::regex("numpy\\._core"), "numpy.core");
  EXPECT_LT(numpy1.size(), numpy2.size());
  for (const std::string& bytes : {numpy2, numpy1, FromHex(kReadOver4)}) {
    const Pickle pickle(bytes, "x");
    const Dict& dict = *pickle.root().As<Dict>();
    ASSERT_EQ(dict.items.size(), 14u);
    for (size_t i = 0; i < 12; ++i) {
      EXPECT_NE(dict.items[i].second->As<Opaque>(), nullptr) << *dict.items[i].first->As<std::string_view>();
    }
    EXPECT_EQ(*dict.Find("epoch")->As<int64_t>(), 3);
  }
  const std::string bytes = FromHex(kReadOver4);  // protocol 2 has no bytes, but has a function make them
  const Pickle pickle(bytes, "x");
  EXPECT_EQ(*pickle.root().As<Dict>()->Find("bytes")->As<std::string_view>(), "\x80");
}

TEST(PickleTest, ReadsOverInertGlobalsByName) {
  const std::pair<const char*, const char*> kGlobals[] = {
      {"_codecs", "encode"},
      {"__builtin__", "dict"},
      {"__builtin__", "float"},
      {"__builtin__", "frozenset"},
      {"__builtin__", "int"},
      {"__builtin__", "list"},
      {"__builtin__", "set"},
      {"argparse", "Namespace"},
      {"builtins", "dict"},
      {"builtins", "float"},
      {"builtins", "frozenset"},
      {"builtins", "int"},
      {"builtins", "list"},
      {"builtins", "set"},
      {"collections", "Counter"},
      {"collections", "defaultdict"},
      {"datetime", "datetime"},
      {"datetime", "timedelta"},
      {"datetime", "timezone"},
      {"numpy._core.multiarray", "_reconstruct"},
      {"numpy._core.multiarray", "scalar"},
      {"numpy.core.multiarray", "_reconstruct"},
      {"numpy.core.multiarray", "scalar"},
      {"numpy", "dtype"},
      {"numpy", "ndarray"},
      {"pathlib", "PosixPath"},
      {"pathlib", "PurePosixPath"},
      {"pathlib", "WindowsPath"},
      {"pathlib._local", "PosixPath"},
      {"pathlib._local", "WindowsPath"},
      {"torch", "Size"},
      {"torch", "bfloat16"},
      {"torch", "bool"},
      {"torch", "device"},
      {"torch", "float16"},
      {"torch", "float32"},
      {"torch", "float64"},
      {"torch", "int32"},
      {"torch", "int64"},
      {"torch.torch_version", "TorchVersion"},
      {"torch", "uint8"},
  };
  for (const auto& [module, name] : kGlobals) {
    const std::string global = Glob(module, name);
    for (const std::string& made : {Call(global, {}), Call(global, {Int(1), global}), global + Tup({}) + "\x81"}) {
      const std::string bytes = Pickled(made);
      const Pickle pickle(bytes, "x");
      EXPECT_NE(pickle.root().As<Opaque>(), nullptr) << global;
    }
  }
}

TEST(PickleTest, ReadsOverWhatIsDoneToTheOpaque) {
  const std::string opaque = Call(Glob("collections", "Counter"), {});
  const std::string kCases[] = {
      opaque + "}b",
      opaque + "Nb",
      opaque + Tup({Int(1), opaque}) + "b",
      opaque + opaque + "b",
      opaque + Int(1) + "a",
      opaque + "(" + Int(1) + Int(2) + "e",
      opaque + Str("k") + Int(1) + "s",
      opaque + "(" + Str("k") + Int(1) + "u",
      opaque + "(" + Int(1) + Int(2) + "\x90",
      "\x8f",
      "\x8f(" + Int(1) + "\x90",
      "\x8f(\x90",
      "(" + Int(1) + opaque + "\x91",
      Glob("collections", "Counter") + Tup({Int(1)}) + "\x81",
  };
  for (const std::string& expression : kCases) {
    const std::string bytes = Pickled("(" + expression + Int(7) + "t");
    const Pickle pickle(bytes, "x");
    const Tuple& tuple = *pickle.root().As<Tuple>();
    ASSERT_EQ(tuple.items.size(), 2u) << &expression - kCases;
    EXPECT_NE(tuple.items[0]->As<Opaque>(), nullptr) << &expression - kCases;
  }
  const std::string key = Pickled("}" + opaque + Int(1) + "s" + Str("a") + Int(2) + "s");
  const Pickle pickle(key, "x");
  EXPECT_EQ(*pickle.root().As<Dict>()->Find("a")->As<int64_t>(), 2);
}

TEST(PickleTest, BytesAreStrings) {
  for (const std::string& head : {"C\x02"s, "B\x02\0\0\0"s, "\x8e\x02\0\0\0\0\0\0\0"s}) {
    const std::string bytes = Pickled(head + "\x80\xff");
    EXPECT_EQ(*Pickle(bytes, "x").root().As<std::string_view>(), "\x80\xff");
  }
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

// Python's pickle.load would run code for all of these, and the marker file would then exist.
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
      {Pickled(Call(Glob("builtins", "getattr"), {Glob("builtins", "dict"), command})), "global 'builtins.getattr'"},
      {Pickled(Call(Glob("__builtin__", "getattr"), {command})), "refuses global '__builtin__.getattr'"},
      {Pickled(Glob("builtins", "dict.get")), "refuses global 'builtins.dict.get'"},
      {Pickled(Glob("_codecs", "lookup")), "refuses global '_codecs.lookup'"},
      {Pickled(Glob("collections", "namedtuple")), "refuses global 'collections.namedtuple'"},
      {Pickled(Glob("numpy", "load")), "refuses global 'numpy.load'"},
      {Pickled(Glob("numpy.core.multiarray", "fromfile")), "refuses global 'numpy.core.multiarray.fromfile'"},
      {Pickled(Glob("pathlib", "Path.unlink")), "refuses global 'pathlib.Path.unlink'"},
      {Pickled(Glob("torch.nn.modules.linear", "Linear")), "refuses global 'torch.nn.modules.linear.Linear'"},
      {Pickled(Glob("torch", "load")), "refuses global 'torch.load'"},
      {Pickled(Glob("torch", "QInt8Storage")), "refuses global 'torch.QInt8Storage'"},
      {Pickled(Glob("torch._utils._rebuild_tensor_v2", "__globals__")),
       "refuses global 'torch._utils._rebuild_tensor_"},
      {Pickled(Glob("a\x1b[2J", "b")), "refuses global 'a\\x1b[2J.b'"},
      // The global is in a place that nothing looks at.
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
  const std::string counter = Glob("collections", "Counter"), opaque = Call(counter, {});
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
      {"object of a storage type", Glob("torch", "FloatStorage") + Tup({}) + "\x81",
       "makes an object of an unknown type"},
      {"object of an object", opaque + Tup({}) + "\x81", "makes an object of an unknown type"},
      {"object without arguments", counter + Int(1) + "\x81", "makes an object of an unknown type"},
      {"object's arguments from a call", counter + opaque + "\x81", "makes an object of an unknown type"},
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
      {"call of a number", Int(1) + Tup({}) + "R", "calls a value that is not a function"},
      {"call without a tuple", ordered_dict + Int(1) + "R", "calls a value that is not a function"},
      {"call of an object", Call(opaque, {}), "calls a value that is not a function"},
      {"call with an object", ordered_dict + opaque + "R", "calls a value that is not a function"},
      {"OrderedDict of an object", Call(ordered_dict, {opaque}), "not a list of pairs"},
      {"call of a storage type", Call(Glob("torch", "FloatStorage"), {}), "calls a storage type"},
      {"instance of a known global", "(icollections\nOrderedDict\n", "opcode INST calls what it names"},
      {"OrderedDict of a number", Call(ordered_dict, {Int(1)}), "not a list of pairs"},
      {"OrderedDict of singles", Call(ordered_dict, {"](" + Int(1) + "e"}), "not a list of pairs"},
      {"attributes of a number", Int(1) + "}b", "opcode does not fit"},
      {"attributes that are a tuple", "}" + Tup({}) + "b", "attributes that are not a dict"},
      {"attributes of nothing", "}b", "stack is empty"},
      {"attributes of an inert global", counter + "}b", "opcode does not fit"},
      {"attributes that are an object", "}" + opaque + "b", "attributes that are not a dict"},
      {"append to an inert global", counter + Int(1) + "a", "opcode does not fit"},
      {"key without value of an object", opaque + "(" + Str("k") + "u", "a key without a value"},
      {"object below the mark", opaque + "(" + Int(1) + "a", "stack is empty"},
      {"items without mark", "\x8f\x90", "no mark"},
      {"items of nothing", "(\x90", "stack is empty"},
      {"items of a list", "](" + Int(1) + "\x90", "opcode does not fit"},
      {"frozen set without mark", "\x91", "no mark"},
      {"bytes beyond the end", "B\xff\xff\xff\xff", "ends too early"},
      {"short bytes beyond the end", "C\xff", "ends too early"},
      {"bytes of 2^64-1", "\x8e\xff\xff\xff\xff\xff\xff\xff\xff", "ends too early"},
      {"id that is an object", opaque + "Q", "unknown kind of persistent id"},
      {"id of an inert type", Tup({Str("storage"), counter, Str("0"), Str("cpu"), Int(1)}) + "Q",
       "unknown kind of persistent id"},
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
      {"tensor of an opaque storage", Call(rebuild, {opaque, Int(0), Ints({1}), Ints({1})}),
       "arguments of wrong types"},
      {"tensor of an opaque shape",
       Call(rebuild, {storage, Int(0), Call(Glob("torch", "Size"), {Ints({1})}), Ints({1})}),
       "arguments of wrong types"},
      {"parameter of an object", Call(Glob("torch._utils", "_rebuild_parameter"), {opaque, "\x88", "}"}),
       "a parameter without a tensor"},
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
  for (const std::string_view hex : {kProtocol2, kProtocol4, kReadOver2, kReadOver4}) {
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

  // Inert objects count too.
  const std::string sets = Pickled("(" + std::string(1'100'000, '\x8f') + "t");
  EXPECT_NE(ErrorOf([&] { Pickle(sets, "x"); }).find("more than 1048576 values"), std::string::npos);
  std::string additions = "\x8f";
  for (int i = 0; i < 1'500'000; ++i) additions += "(N\x90";
  EXPECT_NE(ErrorOf([&] { Pickle(additions + ".", "x"); }).find("pickle has more than"), std::string::npos);

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

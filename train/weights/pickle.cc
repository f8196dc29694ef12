#include "train/weights/pickle.h"

#include <bit>
#include <cstring>

#include "train/weights/byte_reader.h"
#include "train/weights/pickle_opcode.h"
#include "train/weights/quote.h"

namespace train {
namespace {

constexpr size_t kMaxValues = size_t{1} << 20;
constexpr size_t kMaxSteps = size_t{1} << 22;  // each adds at most one reference, so this bounds the memory too
constexpr uint8_t kHighestProtocol = 5;

// The machine that a pickle programs: a stack, marks on it, and a memo of values by number.
class Unpickler {
 public:
  Unpickler(ByteReader* reader, std::deque<Value>* values) : reader_(*reader), values_(*values) {}

  const Value* Run() {
    for (;;) {
      opcode_at_ = reader_.position();
      CountSteps(1);
      const auto opcode = static_cast<Opcode>(reader_.Read<uint8_t>());
      if (opcode == Opcode::kStop) break;
      Step(opcode);
    }
    if (stack_.size() != 1 || !marks_.empty()) Fail("the pickle does not end with one value");
    return stack_.back();
  }

 private:
  void Step(Opcode opcode);
  void Reduce();
  void NewObject();
  void PushGlobal(std::string_view module, std::string_view name);
  void PushStorage(const Value& id);
  void PushLong(std::string_view bytes);
  void Append(size_t count);
  void SetItems(size_t count);
  void Build(const Value& state);

  void CountSteps(size_t count) {
    steps_ += count;
    if (steps_ > kMaxSteps) Fail("the pickle has more than " + std::to_string(kMaxSteps) + " steps");
  }

  template <typename T>
  void Push(T data) {
    if (values_.size() == kMaxValues) Fail("the pickle has more than " + std::to_string(kMaxValues) + " values");
    stack_.push_back(&values_.emplace_back(Value{std::move(data)}));
  }

  // The number of values above the last mark; those below belong to an enclosing container.
  size_t Available() const { return stack_.size() - (marks_.empty() ? 0 : marks_.back()); }

  void Need(size_t count) const {
    if (Available() < count) Fail("the pickle's stack is empty");
  }

  Value* Pop() {
    Need(1);
    Value* top = stack_.back();
    stack_.pop_back();
    return top;
  }

  std::vector<const Value*> PopMany(size_t count) {
    Need(count);
    std::vector<const Value*> popped(stack_.end() - static_cast<std::ptrdiff_t>(count), stack_.end());
    stack_.resize(stack_.size() - count);
    return popped;
  }

  // Removes the last mark and returns how many values were above it.
  size_t PopMark() {
    if (marks_.empty()) Fail("the pickle has no mark");
    const size_t count = Available();
    marks_.pop_back();
    return count;
  }

  bool TopIsOpaque() const { return Available() > 0 && stack_.back()->As<Opaque>() != nullptr; }

  template <typename T>
  T* Top() {
    Need(1);
    T* top = std::get_if<T>(&stack_.back()->data);
    if (top == nullptr) Fail("opcode does not fit the value it works on");
    return top;
  }

  void Store(size_t number) {
    Need(1);
    if (number >= kMaxValues) Fail("memo number " + std::to_string(number) + " is too large");
    if (number >= memo_.size()) memo_.resize(number + 1, nullptr);
    memo_[number] = stack_.back();
  }

  void Load(size_t number) {
    if (number >= memo_.size() || memo_[number] == nullptr) Fail("no value in memo " + std::to_string(number));
    stack_.push_back(memo_[number]);
  }

  [[noreturn]] void Fail(const std::string& cause) const { reader_.Fail(opcode_at_, cause); }

  ByteReader& reader_;
  std::deque<Value>& values_;
  std::vector<Value*> stack_;
  std::vector<size_t> marks_;
  std::vector<Value*> memo_;
  uint64_t opcode_at_ = 0;
  size_t steps_ = 0;
};

void Unpickler::Step(Opcode opcode) {
  using enum Opcode;
  switch (opcode) {
    case kProto:
      if (reader_.Read<uint8_t>() > kHighestProtocol) Fail("unknown pickle protocol");
      return;
    case kFrame:
      reader_.Take(sizeof(uint64_t));
      return;
    case kMark:
      return marks_.push_back(stack_.size());
    case kNone:
      return Push(None{});
    case kNewTrue:
    case kNewFalse:
      return Push(opcode == kNewTrue);
    case kBinInt:
      return Push(int64_t{reader_.Read<int32_t>()});
    case kBinInt1:
      return Push(int64_t{reader_.Read<uint8_t>()});
    case kBinInt2:
      return Push(int64_t{reader_.Read<uint16_t>()});
    case kLong1:
      return PushLong(reader_.Take(reader_.Read<uint8_t>()));
    case kBinFloat:  // the only big-endian number
      return Push(std::bit_cast<double>(__builtin_bswap64(reader_.Read<uint64_t>())));
    case kShortBinString:
    case kShortBinBytes:
    case kShortBinUnicode:
      return Push(reader_.Take(reader_.Read<uint8_t>()));
    case kBinString:
    case kBinBytes:
    case kBinUnicode:
      return Push(reader_.Take(reader_.Read<uint32_t>()));
    case kBinBytes8:
    case kBinUnicode8:
      return Push(reader_.Take(reader_.Read<uint64_t>()));
    case kEmptyTuple:
      return Push(Tuple{});
    case kTuple1:
    case kTuple2:
    case kTuple3:
      return Push(Tuple{PopMany(1 + static_cast<size_t>(opcode) - static_cast<size_t>(kTuple1))});
    case kTuple:
      return Push(Tuple{PopMany(PopMark())});
    case kEmptyList:
      return Push(List{});
    case kAppend:
      return Append(1);
    case kAppends:
      return Append(PopMark());
    case kEmptySet:
      return Push(Opaque{});
    case kAddItems:
      PopMany(PopMark());
      Top<Opaque>();
      return;
    case kFrozenSet:
      PopMany(PopMark());
      return Push(Opaque{});
    case kEmptyDict:
      return Push(Dict{});
    case kSetItem:
      return SetItems(2);
    case kSetItems:
      return SetItems(PopMark());
    case kBinPut:
      return Store(reader_.Read<uint8_t>());
    case kLongBinPut:
      return Store(reader_.Read<uint32_t>());
    case kMemoize:
      return Store(memo_.size());
    case kBinGet:
      return Load(reader_.Read<uint8_t>());
    case kLongBinGet:
      return Load(reader_.Read<uint32_t>());
    case kGlobal:
    case kInst: {
      const std::string_view module = reader_.TakeLine();
      const std::string_view name = reader_.TakeLine();
      PushGlobal(module, name);
      if (opcode == kInst) Fail("opcode INST calls what it names; a weights file needs no code");
      return;
    }
    case kStackGlobal: {
      const std::string_view* name = Pop()->As<std::string_view>();
      const std::string_view* module = Pop()->As<std::string_view>();
      if (name == nullptr || module == nullptr) Fail("a global without a name");
      return PushGlobal(*module, *name);
    }
    case kReduce:
      return Reduce();
    case kNewObject:
      return NewObject();
    case kBuild:
      return Build(*Pop());
    case kBinPersId:
      return PushStorage(*Pop());
    default:
      Fail("opcode " + Quote(std::string(1, static_cast<char>(opcode))) + " has no place in a file of weights");
  }
}

void Unpickler::PushLong(std::string_view bytes) {
  if (bytes.size() > sizeof(int64_t)) return Push(BigInteger{bytes});
  int64_t number = !bytes.empty() && (bytes.back() & 0x80) != 0 ? -1 : 0;
  std::memcpy(&number, bytes.data(), bytes.size());
  Push(number);
}

void Unpickler::PushGlobal(std::string_view module, std::string_view name) {
  const std::string full = std::string(module) + "." + std::string(name);
  if (const Global* global = FindGlobal(full)) return Push(*global);
  // Python pickles the functions of os under the name of the module that implements them (posix, nt).
  const std::string alias = module == "posix" || module == "nt" ? " (" + Quote("os." + std::string(name)) + ")" : "";
  Fail("refuses global " + Quote(full) + alias + ": a weights file needs no code; save model.state_dict()");
}

void Unpickler::PushStorage(const Value& id) {
  const Tuple* tuple = id.As<Tuple>();
  // ("storage", type, key, location, elements), in legacy files with a sixth: None, or a view of the storage.
  if (tuple == nullptr || tuple->items.size() < 5 || tuple->items.size() > 6) Fail("unknown kind of persistent id");
  const auto& items = tuple->items;
  const auto* tag = items[0]->As<std::string_view>();
  const Global* type = items[1]->As<Global>();
  const auto* key = items[2]->As<std::string_view>();
  const int64_t* elements = items[4]->As<int64_t>();
  if (tag == nullptr || *tag != "storage" || type == nullptr || type->kind != Global::Kind::kStorage ||
      key == nullptr || elements == nullptr || (items.size() == 6 && items[5]->As<None>() == nullptr)) {
    Fail("unknown kind of persistent id");
  }
  if (*elements < 0) Fail("storage " + Quote(*key) + " has a negative size");
  Push(Storage{type->dtype, *key, static_cast<uint64_t>(*elements)});
}

void Unpickler::Append(size_t count) {
  const std::vector<const Value*> items = PopMany(count);
  if (TopIsOpaque()) return;
  auto& list = Top<List>()->items;
  list.insert(list.end(), items.begin(), items.end());
}

void Unpickler::SetItems(size_t count) {
  if (count % 2 != 0) Fail("a key without a value");
  const std::vector<const Value*> items = PopMany(count);
  if (TopIsOpaque()) return;
  Dict* dict = Top<Dict>();
  for (size_t i = 0; i < count; i += 2) dict->items.emplace_back(items[i], items[i + 1]);
}

// Attributes that weights do not need, such as a state_dict()'s _metadata.
void Unpickler::Build(const Value& state) {
  if (TopIsOpaque()) return;
  if (state.As<Dict>() == nullptr) Fail("attributes that are not a dict");
  Top<Dict>();
}

void Unpickler::Reduce() {
  const Tuple* arguments = Pop()->As<Tuple>();
  const Global* function = Pop()->As<Global>();
  if (arguments == nullptr || function == nullptr) Fail("calls a value that is not a function");
  const auto& items = arguments->items;
  switch (function->kind) {
    case Global::Kind::kOrderedDict: {  // (), or from Python 2 ([[key, value], ...],)
      Dict dict;
      const List* pairs = items.size() == 1 ? items[0]->As<List>() : nullptr;
      if (!items.empty() && pairs == nullptr) Fail("OrderedDict of a value that is not a list of pairs");
      const size_t count = pairs == nullptr ? 0 : pairs->items.size();
      CountSteps(count);
      for (size_t i = 0; i < count; ++i) {
        const List* pair = pairs->items[i]->As<List>();
        if (pair == nullptr || pair->items.size() != 2) Fail("OrderedDict of a value that is not a list of pairs");
        dict.items.emplace_back(pair->items[0], pair->items[1]);
      }
      return Push(std::move(dict));
    }
    case Global::Kind::kRebuildTensor: {  // (storage, offset, shape, stride[, requires_grad, hooks[, metadata]])
      if (items.size() < 4 || items.size() > 7) Fail("a tensor with a wrong number of arguments");
      const Storage* storage = items[0]->As<Storage>();
      const int64_t* offset = items[1]->As<int64_t>();
      const Tuple* shape = items[2]->As<Tuple>();
      const Tuple* stride = items[3]->As<Tuple>();
      if (storage == nullptr || offset == nullptr || shape == nullptr || stride == nullptr) {
        Fail("a tensor with arguments of wrong types");
      }
      return Push(Tensor{storage, *offset, shape, stride});
    }
    case Global::Kind::kRebuildParameter: {  // (tensor, requires_grad, hooks)
      const Tensor* tensor = items.size() == 3 ? items[0]->As<Tensor>() : nullptr;
      if (tensor == nullptr) Fail("a parameter without a tensor");
      return Push(Tensor(*tensor));
    }
    case Global::Kind::kInert:
      return Push(Opaque{});
    case Global::Kind::kStorage:
      Fail("calls a storage type");
  }
}

void Unpickler::NewObject() {
  const Tuple* arguments = Pop()->As<Tuple>();
  const Global* type = Pop()->As<Global>();
  if (arguments == nullptr || type == nullptr || type->kind != Global::Kind::kInert) {
    Fail("makes an object of an unknown type");
  }
  Push(Opaque{});
}

}  // namespace

Pickle::Pickle(std::string_view bytes, const std::string& file, uint64_t base) {
  ByteReader reader(bytes, file, base);
  root_ = Unpickler(&reader, &values_).Run();
  size_ = reader.position();
}

}  // namespace train

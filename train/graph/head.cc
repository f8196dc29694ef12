#include "train/graph/head.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/base/number_text.h"

namespace train {

namespace {

using Kind = HeadItem::Kind;

constexpr int kMaxUnits = 65536;
constexpr size_t kMaxItems = 64;
constexpr std::string_view kHidden = "head_";
constexpr const char* kNoLayer = "is no layer; dense:UNITS, conv:CHANNELS, norm and dropout:RATE are";

// Splits a text at each separator; "" gives one empty field.
std::vector<std::string> Fields(const std::string& text, char separator) {
  std::vector<std::string> fields;
  for (size_t at = 0; at != text.npos;) {
    const size_t end = text.find(separator, at);
    fields.push_back(text.substr(at, end - at));
    at = end == text.npos ? end : end + 1;
  }
  return fields;
}

template <typename Number>
std::optional<Number> ParseNumber(const std::string& text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

HeadItem ParseItem(const std::string& text) {
  auto fail = [&](const std::string& cause) -> dataset::Error {
    return dataset::Error::Usage("`head`: '" + text + "' " + cause);
  };
  const std::vector<std::string> fields = Fields(text, ':');
  HeadItem item;
  if (fields[0] == "norm" && fields.size() == 1) {
    item.kind = Kind::kNorm;
    return item;
  }
  if (fields[0] == "dropout" && fields.size() == 2) {
    item.kind = Kind::kDropout;
    const std::optional<double> rate = ParseNumber<double>(fields[1]);
    if (!rate || !(*rate >= 0 && *rate < 1)) throw fail("needs a rate of at least 0 and below 1");
    item.rate = *rate;
    return item;
  }
  if (fields[0] != "dense" && fields[0] != "conv") throw fail(kNoLayer);
  item.kind = fields[0] == "dense" ? Kind::kDense : Kind::kConv;
  size_t next = 1;
  if (next < fields.size() && fields[next].find_first_not_of("+-.0123456789") == std::string::npos) {
    const std::optional<int> units = ParseNumber<int>(fields[next]);
    if (!units || *units < 1 || *units > kMaxUnits) throw fail("needs 1 to " + std::to_string(kMaxUnits) + " units");
    item.units = *units;
    ++next;
  }
  if (next < fields.size()) {
    item.activation = dataset::ParseName<Activation>(fields[next]);
    if (!item.activation) {
      throw fail("has an unknown activation; known are " + dataset::ListNames<Activation>());
    }
    ++next;
  }
  if (next != fields.size()) throw fail("has a field too many");
  if (item.kind == Kind::kDense && item.units == 0 && item.activation) throw fail("needs a number of units");
  return item;
}

bool HasTensors(const HeadItem& item) { return item.kind != Kind::kDropout; }

bool IsConv(const HeadItem& item) { return item.kind == Kind::kConv; }

// Whether the item is the layer of the classes.
bool IsClasses(const HeadItem& item) {
  return item.units == 0 && (item.kind == Kind::kDense || item.kind == Kind::kConv);
}

// Returns the names of those of the head's layers that have tensors: the published ones if the head is built like the
// published one, otherwise head_1, head_2, ... and the published name of the layer of the classes.
std::vector<Names> NamesOf(const Head& head, const Top& top) {
  std::vector<Kind> kinds, published;
  for (const HeadItem& item : head.items) {
    if (HasTensors(item)) kinds.push_back(item.kind);
  }
  for (const HeadItem& item : top.items) {
    if (HasTensors(item)) published.push_back(item.kind);
  }
  if (kinds == published && kinds.size() == top.names.size()) return top.names;
  std::vector<Names> names;
  for (size_t i = 1; i < kinds.size(); ++i) {
    const std::string name = HiddenName(i);
    names.push_back({name, name, ""});
  }
  names.push_back(top.names.back());
  return names;
}

}  // namespace

std::vector<HeadItem> ParseHead(const std::string& text) {
  std::vector<HeadItem> items;
  if (text.empty()) return {{}};
  bool pooled = false;
  const auto append = [&items](HeadItem item) {
    if (items.size() == kMaxItems) {
      throw dataset::Error::Usage("`head` has more than " + std::to_string(kMaxItems) + " layers");
    }
    items.push_back(item);
  };
  for (const std::string& field : Fields(text, ',')) {
    if (!items.empty() && IsClasses(items.back())) {
      throw dataset::Error::Usage("`head`: only the last layer may lack a number of units");
    }
    append(ParseItem(field));
    const Kind kind = items.back().kind;
    if (kind == Kind::kConv && pooled) {
      throw dataset::Error::Usage("`head`: '" + field +
                                  "' must come before dense and norm, because the pooling follows it");
    }
    pooled |= kind == Kind::kDense || kind == Kind::kNorm;
  }
  if (!IsClasses(items.back())) append({});
  return items;
}

std::string FormatHead(const std::vector<HeadItem>& items) {
  std::string text;
  for (const HeadItem& item : items) {
    if (!text.empty()) text += ',';
    switch (item.kind) {
      case Kind::kNorm:
        text += "norm";
        continue;
      case Kind::kDropout:
        text += "dropout:" + dataset::FormatNumber(item.rate);
        continue;
      case Kind::kDense:
        text += "dense";
        break;
      case Kind::kConv:
        text += "conv";
        break;
    }
    if (item.units > 0) text += ":" + std::to_string(item.units);
    if (item.activation) text += ":" + std::string(dataset::NameOf(*item.activation));
  }
  return text;
}

std::string HiddenName(size_t number) { return std::string(kHidden) + std::to_string(number); }

bool IsHiddenName(std::string_view name) {
  if (!name.starts_with(kHidden)) return false;
  name.remove_prefix(kHidden.size());
  return !name.empty() && name.find_first_not_of("0123456789") == name.npos;
}

Head DefaultHead(const Graph& backbone, double dropout) {
  Head head;
  if (backbone.top.is_default) {
    head = {backbone.top.pooling, backbone.top.items};
    std::erase_if(head.items, [](const HeadItem& item) { return !HasTensors(item); });
  }
  if (dropout > 0) head.items.insert(head.items.end() - 1, {.kind = Kind::kDropout, .rate = dropout});
  return head;
}

bool HasMap(const Graph& backbone) {
  return std::none_of(backbone.layers.begin(), backbone.layers.end(),
                      [](const Layer& layer) { return layer.op == Op::kFlatten; });
}

int AppendHead(const Head& head, int outputs, Graph& graph) {
  const bool flat = !HasMap(graph);
  const bool has_convs = std::any_of(head.items.begin(), head.items.end(), IsConv);
  if (has_convs && flat) {
    throw dataset::Error::Usage("`head`: conv needs a map, but this backbone ends in a dense layer");
  }
  if (has_convs && IsConv(head.items.back()) && head.pooling != Pooling::kAvg && head.pooling != Pooling::kMax) {
    throw dataset::Error::Usage(
        "`head`: conv as the last layer needs `pooling` avg or max, which make scores of its map");
  }
  std::vector<Names> names = NamesOf(head, graph.top);
  GraphBuilder g(std::move(graph));
  g.Group("head");
  int x = g.last(), dropouts = 0;
  size_t next_name = 0;
  bool pooled = flat;
  auto pool = [&] {
    if (pooled) return;
    pooled = true;
    if (head.pooling != Pooling::kFlatten) x = g.GlobalPool(x, "head_pool", head.pooling);
    x = g.Flatten(x, "head_flatten");
  };
  if (!has_convs) pool();
  const int first = g.last() + 1;
  for (auto item = head.items.begin(); item != head.items.end(); ++item) {
    if (std::none_of(item, head.items.end(), IsConv)) pool();
    const int units = item->units > 0 ? item->units : outputs;
    switch (item->kind) {
      case Kind::kDropout:
        x = g.Dropout(x, "head_dropout_" + std::to_string(++dropouts), item->rate);
        continue;
      case Kind::kNorm:
        x = g.LayerNorm(x, names[next_name++], 1e-6);
        continue;
      case Kind::kDense:
        x = g.Dense(x, names[next_name++], units);
        break;
      case Kind::kConv:
        x = g.Conv(x, names[next_name++], units, {.bias = true});
        break;
    }
    if (item->activation) {
      g.Within(g.layer(x).listed);
      x = g.Activate(x, g.layer(x).names.keras + "_activation", *item->activation);
      g.Within("");
    }
  }
  pool();
  graph = g.Finish();
  return first;
}

}  // namespace train

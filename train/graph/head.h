#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "train/graph/graph.h"

namespace train {

// "dense:1024:relu,dropout:0.5": at most 64 items in order, `dense:UNITS[:ACTIVATION]`, `conv:CHANNELS[:ACTIVATION]`
// (1x1, before the pooling), `norm` (over the features) and `dropout:RATE`. The last one may be `dense` or
// `conv[:ACTIVATION]`: the layer of the classes; without it, a dense one follows. Untrusted; throws
// dataset::Error::Usage, naming the item.
std::vector<HeadItem> ParseHead(const std::string& text);
// ParseHead reads the same items from it.
std::string FormatHead(const std::vector<HeadItem>& items);

// Hidden layers of heads that are not built like the published one: head_1, head_2, ...
std::string HiddenName(size_t number);
bool IsHiddenName(std::string_view name);

struct Head {
  Pooling pooling = Pooling::kAvg;
  std::vector<HeadItem> items{HeadItem{}};  // the last is the layer of the classes
};

// What fine-tuning puts on a backbone unless told otherwise: dropout and a dense layer, behind the published hidden
// layers if the backbone's `top` says so.
Head DefaultHead(const Graph& backbone, double dropout);

// Whether it ends in a map, not in rows of features.
bool HasMap(const Graph& backbone);

// Appends it. If its layers are of the kinds of the published ones, they have the published names, so that published
// heads load; else that of the classes alone has. Returns the number of the first layer of the head: what is before it
// makes the features. Throws dataset::Error::Usage for convolutions that have no map, or whose scores no pooling makes
// one a class.
int AppendHead(const Head& head, int outputs, Graph& graph);

}  // namespace train

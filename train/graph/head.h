#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "train/graph/graph.h"

namespace train {

// Parses a list of head items such as "dense:1024:relu,dropout:0.5". The items, at most 64, are:
//   dense:UNITS[:ACTIVATION]     a dense layer
//   conv:CHANNELS[:ACTIVATION]   a 1x1 convolution; must come before dense and norm, since it comes before the pooling
//   norm                         a layer norm over the features
//   dropout:RATE                 0 <= RATE < 1
//   dense, conv[:ACTIVATION]     the layer of the classes; only as the last item
// If there is no layer of the classes, a dense one is added. The text is untrusted: throws dataset::Error::Usage, which
// names the item.
std::vector<HeadItem> ParseHead(const std::string& text);
// Returns a text that ParseHead reads back as the same items.
std::string FormatHead(const std::vector<HeadItem>& items);

// The name of a hidden layer in a head that is not built like the published one: head_1, head_2, ...
std::string HiddenName(size_t number);
bool IsHiddenName(std::string_view name);

struct Head {
  Pooling pooling = Pooling::kAvg;
  std::vector<HeadItem> items{HeadItem{}};  // the last is the layer of the classes
};

// Returns the head that fine-tuning uses by default: dropout and a dense layer. If backbone.top.is_default, the hidden
// layers of the published head come first.
Head DefaultHead(const Graph& backbone, double dropout);

// Whether the backbone ends in a map [C, H, W] rather than in a row of features.
bool HasMap(const Graph& backbone);

// Appends a head with `outputs` scores. If its layers are of the same kinds as the published ones, they get the
// published names, so that published heads can be loaded; otherwise only the layer of the classes does. Returns the
// index of the first layer of the head; the layers before it, which include the pooling if there is no convolution,
// compute the features. Throws dataset::Error::Usage for convolutions without a map, and for a convolution as the last
// layer if the pooling is not avg or max.
int AppendHead(const Head& head, int outputs, Graph& graph);

}  // namespace train

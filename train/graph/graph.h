#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "train/graph/layer.h"

namespace train {

// A layer of a head. A head follows the backbone's last map; its last item with tensors gives the scores of the
// classes.
struct HeadItem {
  enum class Kind { kDense, kConv, kDropout, kNorm };
  Kind kind = Kind::kDense;
  int units = 0;  // outputs of kDense and kConv; 0: one per class, the layer of the classes
  std::optional<Activation> activation{};
  double rate = 0;  // probability of kDropout
  bool operator==(const HeadItem&) const = default;
};

// The head of the published weights.
struct Top {
  Pooling pooling = Pooling::kAvg;
  std::vector<HeadItem> items;  // the last is that of the classes; kConv ones come before the pooling
  std::vector<Names> names;     // of each item that has tensors
  bool is_default = false;      // fine-tuning keeps its hidden layers unless told otherwise
};

// A network as a list of layers, each behind its inputs. Needs no libtorch.
struct Graph {
  std::vector<Layer> layers;
  std::vector<std::string> groups;  // names of groups of layers, from the stem to the top
  Top top;
};

// Appends layers to a Graph. A Node is the index of a layer. Parameters named `names` or `name` are those of the layer.
class GraphBuilder {
 public:
  using Node = int;

  GraphBuilder() = default;
  explicit GraphBuilder(Graph graph) : graph_(std::move(graph)) {}  // appends to an existing graph

  struct Window {
    int kernel = 1;   // rows of the window
    int columns = 0;  // columns of the window; 0: as many as rows
    int stride = 1;
    Padding padding{};
    int groups = 1;
    bool bias = false;
    bool count_padding = false;
    bool ceil = false;
  };
  struct Norm {
    double eps = 1e-5;
    double momentum = 0.1;
    bool gamma = true;
  };

  // Puts the layers that follow, until the next call, into this group.
  void Group(std::string name);
  // Makes the layers that follow, until the next call, parts of one layer of Keras' list (Layer::listed). "": each is a
  // layer of its own.
  void Within(std::string listed) { within_ = std::move(listed); }
  // Returns Keras' next automatic name of a kind of layers: "conv2d", then "conv2d_1", ...
  std::string Auto(const std::string& base);

  Node Input(std::string name, int channels);
  Node Identity(Node x, std::string name);
  Node Identity(std::vector<Node> inputs, std::string name);  // passes the first input on
  Node Pad(Node x, std::string name, Padding padding);
  // Pads as Padding::Same() pads for a window of this kernel and stride.
  Node PadSame(Node x, std::string name, int kernel, int stride);
  // Adds a padding layer of Keras' list. If `itself`, it pads; otherwise it computes nothing, and `window` gets the
  // padding.
  Node PadBefore(Window& window, Node x, std::string name, int pixels, bool itself);
  Node Conv(Node x, Names names, int channels, const Window& window);
  Node Depthwise(Node x, Names names, Window window);
  Node Dense(Node x, Names names, int units, bool bias = true);
  Node BatchNorm(Node x, Names names, const Norm& norm);
  Node LayerNorm(Node x, Names names, double eps);
  Node Activate(Node x, std::string name, Activation activation);
  Node MaxPool(Node x, std::string name, const Window& window);
  Node AvgPool(Node x, std::string name, const Window& window);
  Node GlobalPool(Node x, std::string name, Pooling pooling = Pooling::kAvg);
  Node Flatten(Node x, std::string name);
  Node Dropout(Node x, std::string name, double rate);
  Node Add(Node first, Node second, std::string name, double scale = 1);
  Node Multiply(Node first, Node second, std::string name);
  Node Concat(std::vector<Node> inputs, std::string name);
  Node LayerScale(Node x, Names names);

  Node last() const { return static_cast<Node>(graph_.layers.size()) - 1; }
  int channels(Node x) const { return graph_.layers[static_cast<size_t>(x)].channels; }
  Layer& layer(Node x) { return graph_.layers[static_cast<size_t>(x)]; }
  Top& top() { return graph_.top; }

  // Returns the graph. Its last layer is the output; the builder must not be used any more.
  Graph Finish() { return std::move(graph_); }

 private:
  Node Append(Layer layer, Names names, std::vector<Node> inputs);
  Layer Windowed(Op op, const Window& window);

  Graph graph_;
  std::string within_;
  std::vector<std::pair<std::string, int>> automatic_;
};

}  // namespace train

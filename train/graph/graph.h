#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "train/graph/layer.h"

namespace train {

// A layer of a head. Heads follow the backbone's last map: its pooling, then their items, then the layer of the
// classes.
struct HeadItem {
  enum class Kind { kDense, kConv, kDropout, kNorm };
  Kind kind = Kind::kDense;
  int units = 0;  // kDense, kConv; 0: one a class
  std::optional<Activation> activation{};
  double rate = 0;  // kDropout
  bool operator==(const HeadItem&) const = default;
};

// How the published weights get from the backbone's last map to scores.
struct Top {
  Pooling pooling = Pooling::kAvg;
  std::vector<HeadItem> items;  // the last is that of the classes; kConv ones come before the pooling
  std::vector<Names> names;     // of each item that has tensors
  bool is_default = false;      // fine-tuning keeps its hidden layers unless told otherwise
};

// A network: layers, each after its inputs. Needs no libtorch.
struct Graph {
  std::vector<Layer> layers;
  std::vector<std::string> groups;  // from stem to top
  Top top;
};

// Appends layers to a Graph. A Node is a layer's index.
class GraphBuilder {
 public:
  using Node = int;

  GraphBuilder() = default;
  explicit GraphBuilder(Graph graph) : graph_(std::move(graph)) {}  // goes on with it

  struct Window {
    int kernel = 1;
    int columns = 0;  // 0: as kernel
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

  // Layers that follow belong to this group.
  void Group(std::string name);
  // Layers that follow, until the next call, are parts of this one layer of Keras' list; "": each is its own.
  void Within(std::string listed) { within_ = std::move(listed); }
  // Keras' automatic names: "conv2d", "conv2d_1", ...
  std::string Auto(const std::string& base);

  Node Input(std::string name, int channels);
  Node Identity(Node x, std::string name);
  Node Identity(std::vector<Node> inputs, std::string name);  // passes the first on
  Node Pad(Node x, std::string name, Padding padding);
  // As Padding::Same() of the window that follows.
  Node PadSame(Node x, std::string name, int kernel, int stride);
  // A padding layer of Keras' list: pads itself, or leaves it to the window that follows.
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

  // The graph so far; its last layer is the output.
  Graph Finish() { return std::move(graph_); }

 private:
  Node Append(Layer layer, Names names, std::vector<Node> inputs);
  Layer Windowed(Op op, const Window& window);

  Graph graph_;
  std::string within_;
  std::vector<std::pair<std::string, int>> automatic_;
};

}  // namespace train

#include "train/network/weight_loader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>

#include "dataset/base/error.h"
#include "dataset/io/sync.h"
#include "tests/testing/testing.h"
#include "tests/train/models.h"
#include "train/weights/safetensors.h"

namespace train {
namespace {

using torch::Tensor;

class LoadWeightsTest : public ::testing::Test {
 protected:
  static Classifier MakeModel(const std::string& backbone, uint64_t seed) {
    return Classifier(testing::DefaultModel(backbone, 3, 32, 0.5), Initialization::kHe, seed);
  }
  // Writes the model's own weights, changed by `change`, and returns the message of loading them.
  std::string LoadChanged(HeadWeights head, const std::function<void(std::vector<TensorView>&)>& change) {
    Classifier model = MakeModel("small_cnn", 1);
    std::vector<Tensor> storage;
    std::vector<TensorView> views = WeightViews(model, storage);
    change(views);
    WriteSafetensors(dir_ / "w", views, {}, dataset::Sync::kNo);
    Classifier other = MakeModel("small_cnn", 9);
    try {
      LoadWeights(*OpenTensorFile(dir_ / "w"), head, other);
    } catch (const dataset::Error& error) {
      return error.what();
    }
    const auto now = other.State(), then = model.State();
    for (size_t i = 0; i < now.size(); ++i) {
      if (head == HeadWeights::kLeave && now[i].name.starts_with("classifier.1.")) continue;
      EXPECT_TRUE(torch::equal(now[i].tensor, then[i].tensor)) << now[i].name;
    }
    return "";
  }
  static void Erase(std::vector<TensorView>& views, const std::string& name) {
    std::erase_if(views, [&](const TensorView& view) { return view.name == name; });
  }
  dataset::testing::TempDir dir_;
};

TEST_F(LoadWeightsTest, RoundTrip) {
  EXPECT_EQ(LoadChanged(HeadWeights::kLoad, [](auto&) {}), "");
  EXPECT_EQ(LoadChanged(HeadWeights::kLeave, [](auto& views) { Erase(views, "classifier.1.weight"); }), "");
  EXPECT_EQ(LoadChanged(HeadWeights::kLoad, [](auto& views) { Erase(views, "bn1.num_batches_tracked"); }), "");
}

TEST_F(LoadWeightsTest, RowsOfTheLastLayerAreTakenByClass) {
  Classifier model = MakeModel("small_cnn", 1);
  std::vector<Tensor> storage;
  WriteSafetensors(dir_ / "w", WeightViews(model, storage), {}, dataset::Sync::kNo);
  const std::unique_ptr<TensorFile> file = OpenTensorFile(dir_ / "w");
  const auto last = [](const Classifier& of) {
    std::vector<Tensor> tensors;
    for (const auto& [name, tensor, layer] : of.State()) {
      if (name.starts_with("classifier.1.")) tensors.push_back(tensor);
    }
    return tensors;
  };
  Classifier other = MakeModel("small_cnn", 9), fresh = MakeModel("small_cnn", 9);
  LoadClassRows(*file, {.from = {2, -1, 0}, .negated = false}, other);
  ASSERT_EQ(last(other).size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_TRUE(torch::equal(last(other)[i][0], last(model)[i][2]));
    EXPECT_TRUE(torch::equal(last(other)[i][1], last(fresh)[i][1]));
    EXPECT_TRUE(torch::equal(last(other)[i][2], last(model)[i][0]));
  }
  LoadClassRows(*file, {.from = {-1, 1, -1}, .negated = true}, other);
  EXPECT_TRUE(torch::equal(last(other)[0][1], -last(model)[0][1]));
  EXPECT_THROW(LoadClassRows(*file, {.from = {0, 1, 3}, .negated = false}, other), dataset::Error);
}

TEST_F(LoadWeightsTest, SaysWhatIsAbsentAndWhatIsOfOtherClasses) {
  Classifier model = MakeModel("small_cnn", 1);
  std::vector<Tensor> storage;
  std::vector<TensorView> views = WeightViews(model, storage);
  for (TensorView& view : views) view.name = "encoder." + view.name;
  views.push_back({"criterion.weight", DType::kFloat32, {0}, ""});
  views.push_back({"criterion.bias", DType::kFloat32, {0}, ""});
  WriteSafetensors(dir_ / "w", views, {}, dataset::Sync::kNo);
  Classifier other = MakeModel("small_cnn", 9);
  const LoadedWeights loaded = LoadWeights(*OpenTensorFile(dir_ / "w"), HeadWeights::kLeave, other);
  EXPECT_EQ(loaded.prefix, "'encoder.'");
  EXPECT_EQ(loaded.left, std::vector<std::string>{"'criterion' (2)"});
  EXPECT_EQ(loaded.renewed, std::vector<std::string>{"classifier.1"});
  EXPECT_TRUE(loaded.absent.empty());
  std::erase_if(views, [](const TensorView& view) { return view.name.starts_with("encoder.classifier."); });
  WriteSafetensors(dir_ / "w", views, {}, dataset::Sync::kNo);
  const LoadedWeights headless = LoadWeights(*OpenTensorFile(dir_ / "w"), HeadWeights::kLeave, other);
  EXPECT_EQ(headless.absent, std::vector<std::string>{"classifier.1"});
  EXPECT_TRUE(headless.renewed.empty());
}

TEST_F(LoadWeightsTest, NamesWhatIsMissing) {
  const std::string message = LoadChanged(HeadWeights::kLoad, [](auto& views) { Erase(views, "bn2.bias"); });
  EXPECT_NE(message.find("/w: these are no weights of small_cnn; missing: 'bn2.bias'"), std::string::npos) << message;
}

TEST_F(LoadWeightsTest, NamesWhatIsUnknown) {
  const std::string message = LoadChanged(HeadWeights::kLoad, [](auto& views) {
    for (auto& view : views) {
      if (view.name == "bn2.bias") view.name = "bn3.bias";
    }
  });
  EXPECT_NE(message.find("missing: 'bn2.bias'"), std::string::npos) << message;
  EXPECT_NE(message.find("unknown: 'bn3.bias'"), std::string::npos) << message;
}

TEST_F(LoadWeightsTest, NamesTheWrongShape) {
  const std::string message = LoadChanged(HeadWeights::kLoad, [](auto& views) {
    for (auto& view : views) {
      if (view.name == "dense.bias") view.shape = {16, 16};
    }
  });
  EXPECT_NE(message.find("'dense.bias' [16, 16] instead of [256]"), std::string::npos) << message;
}

// NaN spreads in silence: a network with it scores every picture alike.
TEST_F(LoadWeightsTest, ValuesThatAreNotFiniteAreRefusedByFileAndTensor) {
  const std::vector<float> nan(256, std::nanf("")), negative(256, -1e-3f);
  const auto with = [](const std::string& name, const std::vector<float>& values) {
    return [&name, &values](std::vector<TensorView>& views) {
      for (TensorView& view : views) {
        if (view.name == name) view.bytes = {reinterpret_cast<const char*>(values.data()), view.bytes.size()};
      }
    };
  };
  for (const HeadWeights head : {HeadWeights::kOwn, HeadWeights::kLoad, HeadWeights::kLeave}) {
    for (const std::string name : {"bn1.weight", "bn2.running_mean", "dense.bias"}) {
      const std::string message = LoadChanged(head, with(name, nan));
      EXPECT_NE(message.find("/w: tensor '" + name + "' is spoilt: its value 0 is NaN"), std::string::npos) << message;
    }
    const std::string message = LoadChanged(head, with("bn2.running_var", negative));
    EXPECT_NE(message.find("/w: tensor 'bn2.running_var' is spoilt: its value 0 is -0.001"), std::string::npos)
        << message;
  }
}

TEST_F(LoadWeightsTest, NothingIsLoadedFromAFileThatDoesNotFit) {
  Classifier model = MakeModel("small_cnn", 1), other = MakeModel("small_cnn", 9), same = MakeModel("small_cnn", 9);
  std::vector<Tensor> storage;
  std::vector<TensorView> views = WeightViews(model, storage);
  Erase(views, "dense.bias");
  WriteSafetensors(dir_ / "w", views, {}, dataset::Sync::kNo);
  EXPECT_THROW(LoadWeights(*OpenTensorFile(dir_ / "w"), HeadWeights::kLoad, other), dataset::Error);
  const auto now = other.State(), then = same.State();
  for (size_t i = 0; i < now.size(); ++i) EXPECT_TRUE(torch::equal(now[i].tensor, then[i].tensor)) << now[i].name;
}

TEST_F(LoadWeightsTest, TheWeightsOfAnotherNetworkAreRefused) {
  DSTOOLS_TESTDATA_OR_SKIP(data);
  Classifier model = MakeModel("mobilenet_v2", 1);
  try {
    LoadWeights(*OpenTensorFile(data / "weights/squeezenet1_1_imagenet.pth"), HeadWeights::kLeave, model);
    ADD_FAILURE() << "loaded";
  } catch (const dataset::Error& error) {
    EXPECT_NE(std::string(error.what()).find("they fit `backbone` squeezenet1_1"), std::string::npos) << error.what();
  }
}

// One layer for each layout of Keras, with windows whose sides differ.
Graph BuildTiny(const GraphOptions& options) {
  GraphBuilder g;
  int x = g.Input("in", options.channels);
  x = g.Conv(x, {"conv", "conv"}, 4, {.kernel = 2, .columns = 3, .bias = true});
  x = g.Conv(x, {"depth", "depth"}, 8, {.kernel = 2, .columns = 1, .groups = 4});  // two outputs a channel
  g.layer(x).keras_kernel = Layer::KerasKernel::kDepthwise;
  x = g.Conv(x, {"point", "point"}, 6, {});
  g.layer(x).keras_kernel = Layer::KerasKernel::kPointwise;
  x = g.Conv(x, {"grouped", "grouped"}, 6, {.kernel = 1, .columns = 2, .groups = 2});
  g.layer(x).keras_kernel = Layer::KerasKernel::kGrouped;
  x = g.BatchNorm(x, {"bn", "bn"}, {});
  x = g.LayerScale(x, {"scale", "scale"});
  g.Dense(x, {"pixel", "pixel"}, 5);
  g.top() = {.pooling = Pooling::kFlatten, .items = {{.units = 3}, {}}, .names = {{"fc1", "fc1"}, {"fc2", "fc2"}}};
  return g.Finish();
}

constexpr int kSide = 6;
const VariantInfo kTinyVariant = {Variant::kKeras, kSide, 1, {}, {}, /*bgr=*/true, ""};
const BackboneInfo kTiny = {"tiny", 4, 3, BuildTiny, {kTinyVariant}};

Architecture TinyModel(int channels, int classes) {
  Architecture architecture;
  architecture.backbone = &kTiny;
  architecture.variant = &kTinyVariant;
  architecture.channels = channels;
  architecture.image_size = kSide;
  const Top top = BuildTiny({.channels = channels}).top;
  architecture.head = {top.pooling, top.items};
  architecture.outputs = classes;
  return architecture;
}

// Every tensor has the values 0, 1, 2, ...; their bytes lie at odd addresses.
class CountingFile : public TensorFile {
 public:
  void Add(const std::string& name, const std::vector<int64_t>& shape) {
    int64_t count = 1;
    for (const int64_t size : shape) count *= size;
    std::vector<float> values(static_cast<size_t>(count));
    for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
    auto bytes = std::make_unique<std::string>(1 + values.size() * sizeof(float), '\0');
    std::memcpy(bytes->data() + 1, values.data(), values.size() * sizeof(float));
    tensors_.push_back({name, DType::kFloat32, shape, std::string_view(*bytes).substr(1)});
    storage_.push_back(std::move(bytes));
    SortByName();
  }

 private:
  std::vector<std::unique_ptr<std::string>> storage_;
};

CountingFile KerasFile(int channels, int classes) {
  CountingFile file;
  file.Add("conv/kernel", {2, 3, channels, 4});
  file.Add("conv/bias", {4});
  file.Add("depth/depthwise_kernel", {2, 1, 4, 2});
  file.Add("point/pointwise_kernel", {1, 1, 8, 6});
  file.Add("grouped/depthwise_kernel", {1, 2, 6, 3});
  for (const char* role : {"gamma", "beta", "moving_mean", "moving_variance"}) file.Add(std::string("bn/") + role, {6});
  file.Add("scale/gamma", {6});
  file.Add("pixel/kernel", {6, 5});
  file.Add("pixel/bias", {5});
  file.Add("fc1/kernel", {4 * 3 * 5, 3});
  file.Add("fc1/bias", {3});
  file.Add("fc2/kernel", {3, classes});
  file.Add("fc2/bias", {classes});
  return file;
}

Tensor TensorOf(Classifier& model, const std::string& name) {
  for (const auto& item : model.State()) {
    if (item.name == name) return item.tensor;
  }
  throw std::runtime_error("no tensor " + name);
}

// Expects a value at each index of a tensor.
void ExpectValues(const Tensor& tensor, const std::vector<int64_t>& sizes,
                  const std::function<int64_t(const std::vector<int64_t>&)>& expected, const std::string& name) {
  ASSERT_EQ(tensor.sizes(), sizes) << name;
  const Tensor flat = tensor.contiguous().flatten();
  std::vector<int64_t> index(sizes.size());
  for (int64_t i = 0; i < flat.numel(); ++i) {
    int64_t rest = i;
    for (size_t d = sizes.size(); d-- > 0; rest /= sizes[d]) index[d] = rest % sizes[d];
    ASSERT_EQ(flat[i].item<float>(), static_cast<float>(expected(index))) << name << " at " << i;
  }
}

using Index = std::vector<int64_t>;

TEST(KerasLayoutTest, EachBecomesPyTorchs) {
  Classifier model(TinyModel(3, 2));
  LoadWeights(KerasFile(3, 2), HeadWeights::kLoad, model);
  auto expect = [&](const std::string& name, const std::vector<int64_t>& sizes,
                    const std::function<int64_t(const Index&)>& expected) {
    ExpectValues(TensorOf(model, name), sizes, expected, name);
  };
  // The index is [out, in, row, column] here, and [row, column, in, out] with blue first in the file.
  expect("conv.weight", {4, 3, 2, 3}, [](const Index& i) { return ((i[2] * 3 + i[3]) * 3 + 2 - i[1]) * 4 + i[0]; });
  expect("conv.bias", {4}, [](const Index& i) { return i[0]; });
  // The index is [channel * 2 + output, 1, row, column] here, and [row, column, channel, output] in the file.
  expect("depth.weight", {8, 1, 2, 1}, [](const Index& i) { return (i[2] * 4 + i[0] / 2) * 2 + i[0] % 2; });
  expect("point.weight", {6, 8, 1, 1}, [](const Index& i) { return i[1] * 6 + i[0]; });
  // Output 3 * g + m is a sum over the channels 3 * g + j of its group, each times its factor for m.
  expect("grouped.weight", {6, 3, 1, 2},
         [](const Index& i) { return (i[3] * 6 + i[0] / 3 * 3 + i[1]) * 3 + i[0] % 3; });
  for (const char* role : {"weight", "bias", "running_mean", "running_var"}) {
    expect(std::string("bn.") + role, {6}, [](const Index& i) { return i[0]; });
  }
  expect("scale", {6, 1, 1}, [](const Index& i) { return i[0]; });
  expect("pixel.weight", {5, 6}, [](const Index& i) { return i[1] * 5 + i[0]; });
  // The map before is [5, 4, 3]. Inputs are ordered [channel, row, column] here, [row, column, channel] in the file.
  expect("fc1.weight", {3, 60}, [](const Index& i) {
    const int64_t channel = i[1] / 12, row = i[1] / 3 % 4, column = i[1] % 3;
    return ((row * 3 + column) * 5 + channel) * 3 + i[0];
  });
  expect("fc2.weight", {2, 3}, [](const Index& i) { return i[1] * 2 + i[0]; });
}

TEST(KerasLayoutTest, GreyInputsAreTheSumOfTheColours) {
  Classifier model(TinyModel(1, 2));
  LoadWeights(KerasFile(3, 2), HeadWeights::kLoad, model);
  ExpectValues(
      TensorOf(model, "conv.weight"), {4, 1, 2, 3},
      [](const Index& i) {
        const int64_t first = (i[2] * 3 + i[3]) * 12 + i[0];
        return first + (first + 4) + (first + 8);
      },
      "conv.weight");
}

TEST(KerasLayoutTest, TheBackgroundIsLeftOut) {
  Classifier model(TinyModel(3, 2));
  LoadWeights(KerasFile(3, 3), HeadWeights::kLoad, model);
  ExpectValues(
      TensorOf(model, "fc2.weight"), {2, 3}, [](const Index& i) { return i[1] * 3 + i[0] + 1; }, "fc2.weight");
  ExpectValues(
      TensorOf(model, "fc2.bias"), {2}, [](const Index& i) { return i[0] + 1; }, "fc2.bias");
}

TEST(KerasLayoutTest, KLeaveKeepsTheClassesAndTakesTheHiddenLayer) {
  Classifier model(TinyModel(3, 2));
  LoadWeights(KerasFile(3, 2), HeadWeights::kLeave, model);
  EXPECT_EQ(TensorOf(model, "fc2.weight").abs().sum().item<float>(), 0);
  EXPECT_GT(TensorOf(model, "fc1.weight").abs().sum().item<float>(), 0);
}

TEST(TorchLayoutTest, DenseLayersThatAreStoredAsConvolutions) {
  CountingFile file;
  Classifier model(TinyModel(3, 2));
  for (const auto& [name, tensor, layer] : model.State()) {
    if (!name.ends_with("num_batches_tracked")) file.Add(name, tensor.sizes().vec());
  }
  LoadWeights(file, HeadWeights::kLoad, model);
  for (const auto& [name, tensor, layer] : model.State()) {
    if (name.ends_with("num_batches_tracked")) continue;
    EXPECT_TRUE(torch::equal(tensor.flatten(), torch::arange(tensor.numel(), torch::kFloat32))) << name;
  }
  // The same bytes are stored as a convolution over the whole map of [5, 4, 3].
  CountingFile convolution;
  for (const TensorView& view : file.tensors()) {
    convolution.Add(view.name, view.name == "fc1.weight" ? Index{3, 5, 4, 3} : view.shape);
  }
  Classifier other(TinyModel(3, 2));
  LoadWeights(convolution, HeadWeights::kLoad, other);
  EXPECT_TRUE(torch::equal(TensorOf(other, "fc1.weight"), TensorOf(model, "fc1.weight")));
}

// timm keeps MobileNetV3's hidden layer as a convolution.
TEST(WeightViewsTest, AreShapedAsInTimm) {
  const Architecture architecture = testing::PublishedModel("mobilenet_v3_large", "timm", 10, 32);
  Classifier model(architecture, Initialization::kHe, 1), other(architecture);
  std::vector<Tensor> storage;
  const std::vector<TensorView> views = WeightViews(model, storage);
  const auto hidden =
      std::find_if(views.begin(), views.end(), [](const TensorView& view) { return view.name == "conv_head.weight"; });
  ASSERT_NE(hidden, views.end());
  EXPECT_EQ(hidden->shape, (std::vector<int64_t>{1280, 960, 1, 1}));
  const dataset::testing::TempDir dir;
  WriteSafetensors(dir / "w", views, {}, dataset::Sync::kNo);
  LoadWeights(*OpenTensorFile(dir / "w"), HeadWeights::kLoad, other);
  const auto now = other.State(), then = model.State();
  for (size_t i = 0; i < now.size(); ++i) EXPECT_TRUE(torch::equal(now[i].tensor, then[i].tensor)) << now[i].name;
}

TEST(WeightViewsTest, AreRowMajorWhateverTheMemoryFormat) {
  Classifier model(testing::DefaultModel("mobilenet_v2", 3, 32, 0), Initialization::kHe, 1);
  std::vector<Tensor> before, after;
  const std::vector<TensorView> first = WeightViews(model, before);
  model.To(torch::kCPU);
  const std::vector<TensorView> second = WeightViews(model, after);
  ASSERT_EQ(first.size(), second.size());
  for (size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].name, second[i].name);
    EXPECT_EQ(first[i].shape, second[i].shape);
    EXPECT_EQ(first[i].bytes, second[i].bytes) << first[i].name;
  }
}

}  // namespace
}  // namespace train

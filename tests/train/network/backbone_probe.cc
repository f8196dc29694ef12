// For scripts that compare networks with other programs':
//
//   backbone_probe logits BACKBONE WEIGHTS SIZE CLASSES < pixels
//     published head; float32 [N, 3, SIZE, SIZE], normalised
//   backbone_probe save BACKBONE VARIANT CLASSES OUT.safetensors
//     fresh weights
//   backbone_probe bench BACKBONE VARIANT SIZE BATCH fp32|bf16
//     prints seconds to build and of a forward pass (medians)
//   backbone_probe load BACKBONE WEIGHTS
//     prints seconds to open and copy, and megabytes
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <iterator>

#include "dataset/base/error.h"
#include "dataset/io/sync.h"
#include "tests/train/models.h"
#include "train/model/pretrained.h"
#include "train/network/classifier.h"
#include "train/network/compute.h"
#include "train/network/weight_loader.h"
#include "train/weights/safetensors.h"

namespace {

using train::Classifier;

double Now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

Classifier Published(const std::string& backbone, const std::string& variant, int classes, int size) {
  return Classifier(train::testing::PublishedModel(backbone, variant, classes, size), train::Initialization::kHe, 0);
}

void Logits(const std::string& backbone, const std::string& weights, int size, int classes) {
  const train::Pretrained pretrained = train::OpenPretrained(weights, train::FindBackbone(backbone));
  Classifier model(train::testing::PublishedModel(backbone, std::string(dataset::NameOf(pretrained.variant->variant)),
                                                  classes, size));
  LoadWeights(*pretrained.file, train::HeadWeights::kLoad, model);
  model.SetEvaluating();
  model.To(torch::kCPU);
  const std::string bytes{std::istreambuf_iterator<char>(std::cin), {}};
  torch::Tensor pixels =
      torch::empty({static_cast<int64_t>(bytes.size() / sizeof(float)) / (3 * size * size), 3, size, size});
  std::copy_n(bytes.data(), bytes.size(), static_cast<char*>(pixels.data_ptr()));
  const torch::Tensor logits = model.Forward(pixels.contiguous(at::MemoryFormat::ChannelsLast)).contiguous();
  for (int64_t i = 0; i < logits.numel(); ++i) {
    std::printf("%.6g%c", static_cast<double>(logits.data_ptr<float>()[i]), (i + 1) % classes == 0 ? '\n' : ' ');
  }
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// The protocol of benchmarks/peers/backbone_forward.py.
void Bench(const std::string& backbone, const std::string& variant, int size, int batch, const std::string& precision) {
  train::PrepareProcess(train::DefaultComputeThreads());
  const train::Compute compute =
      train::ResolveCompute(train::DeviceKind::kCpu, dataset::ParseName<train::Precision>(precision).value());
  Classifier model = Published(backbone, variant, 1000, size);
  model.SetEvaluating();
  model.To(torch::kCPU);
  std::vector<double> builds, forwards;
  for (int i = 0; i < 3; ++i) {
    const double start = Now();
    Published(backbone, variant, 1000, size);
    builds.push_back(Now() - start);
  }
  const torch::Tensor pixels = torch::rand({batch, 3, size, size}).contiguous(at::MemoryFormat::ChannelsLast);
  auto pass = [&] {
    const double start = Now();
    const train::AutocastScope autocast(compute);
    model.Forward(pixels);
    return Now() - start;
  };
  for (int i = 0; i < 3; ++i) pass();
  for (double sum = 0; forwards.size() < 5 || sum < 2; sum += forwards.back()) forwards.push_back(pass());
  std::printf("%.4f %.4f\n", Median(builds), Median(forwards));
}

void Load(const std::string& backbone, const std::string& weights) {
  const train::BackboneInfo& info = train::FindBackbone(backbone);
  train::Architecture architecture = train::testing::DefaultModel(backbone, 2, info.variants.front().image_size, 0);
  architecture.variant = train::OpenPretrained(weights, info).variant;
  architecture.head = train::DefaultHead(train::BuildBackbone(architecture), 0);
  Classifier model(architecture);
  const double start = Now();
  LoadWeights(*train::OpenPretrained(weights, info).file, train::HeadWeights::kLeave, model);
  std::printf("%.4f %.1f\n", Now() - start, static_cast<double>(std::filesystem::file_size(weights)) / 1e6);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const torch::NoGradGuard no_grad;
  try {
    if (words.size() == 5 && words[0] == "logits") {
      Logits(words[1], words[2], std::stoi(words[3]), std::stoi(words[4]));
    } else if (words.size() == 5 && words[0] == "save") {
      const train::BackboneInfo& info = train::FindBackbone(words[1]);
      Classifier model = Published(words[1], words[2], std::stoi(words[3]), info.variants.front().image_size);
      std::vector<torch::Tensor> storage;
      train::WriteSafetensors(words[4], WeightViews(model, storage), {}, dataset::Sync::kNo);
    } else if (words.size() == 6 && words[0] == "bench") {
      Bench(words[1], words[2], std::stoi(words[3]), std::stoi(words[4]), words[5]);
    } else if (words.size() == 3 && words[0] == "load") {
      Load(words[1], words[2]);
    } else {
      std::cerr << "usage: see the head of tests/train/network/backbone_probe.cc\n";
      return 2;
    }
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
  return 0;
}

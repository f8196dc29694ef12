#pragma once

#include "train/backbones/backbone_table.h"

namespace train {

// The builders of BackboneInfo::build. train/backbones has one .cc file per family.
Graph BuildSimpleCnn(const GraphOptions& options);
Graph BuildSmallCnn(const GraphOptions& options);
Graph BuildMobileNet(const GraphOptions& options);
Graph BuildMobileNetV2(const GraphOptions& options);
Graph BuildMobileNetV3Large(const GraphOptions& options);
Graph BuildEfficientNetB0(const GraphOptions& options);
Graph BuildEfficientNetLite0(const GraphOptions& options);
Graph BuildSqueezeNet11(const GraphOptions& options);
Graph BuildConvNextTiny(const GraphOptions& options);
Graph BuildVgg16(const GraphOptions& options);
Graph BuildVgg19(const GraphOptions& options);
Graph BuildResNet18(const GraphOptions& options);
Graph BuildResNet34(const GraphOptions& options);
Graph BuildResNet50(const GraphOptions& options);
Graph BuildResNet101(const GraphOptions& options);
Graph BuildResNet152(const GraphOptions& options);
Graph BuildResNeXt50(const GraphOptions& options);
Graph BuildResNeXt101(const GraphOptions& options);
Graph BuildResNet50V2(const GraphOptions& options);
Graph BuildResNet101V2(const GraphOptions& options);
Graph BuildResNet152V2(const GraphOptions& options);
Graph BuildXception(const GraphOptions& options);
Graph BuildInceptionV3(const GraphOptions& options);
Graph BuildInceptionResNetV2(const GraphOptions& options);
Graph BuildDenseNet121(const GraphOptions& options);
Graph BuildDenseNet169(const GraphOptions& options);
Graph BuildDenseNet201(const GraphOptions& options);
Graph BuildNasNetMobile(const GraphOptions& options);
Graph BuildNasNetLarge(const GraphOptions& options);

}  // namespace train

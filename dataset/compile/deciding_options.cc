#include "dataset/compile/deciding_options.h"

#include "dataset/base/number_text.h"
#include "dataset/sample/store.h"

namespace dataset {
namespace {

std::string Text(const Moments& moments) {
  if (moments.source == Moments::Source::kImageNet) return "imagenet";
  if (moments.source == Moments::Source::kAuto) return "auto";
  return FormatNumbers(moments.values);
}

std::string Text(const DepthChoice& depth) {
  switch (depth.kind) {
    case DepthChoice::Kind::kAuto:
      return "auto";
    case DepthChoice::Kind::kHighByte:
      return "high-byte";
    case DepthChoice::Kind::kBits:
      return std::to_string(depth.bits);
    case DepthChoice::Kind::kMinMax:
      return "min-max";
    case DepthChoice::Kind::kRange:
      break;
  }
  return FormatNumbers({depth.low, depth.high});
}

void AddBoxFit(const BoxFit& box_fit, std::map<std::string, std::string>* deciding) {
  if (box_fit.keeps_size()) return;
  auto& options = *deciding;
  options["fit"] = NameOf(box_fit.fit);
  options["interpolation"] = NameOf(box_fit.interpolation);
  if (box_fit.fit != Fit::kShort) options["resize"] += "x" + std::to_string(box_fit.height);
  if (box_fit.fit == Fit::kContain) {
    options["pad-colour"] =
        std::to_string(box_fit.pad[0]) + "," + std::to_string(box_fit.pad[1]) + "," + std::to_string(box_fit.pad[2]);
  }
}

}  // namespace

std::map<std::string, std::string> DecidingOptions(const CompileOptions& options) {
  std::map<std::string, std::string> deciding = {
      {"channels", std::to_string(options.channels)},
      {"check", std::string(NameOf(options.check))},
      {"compression", std::string(NameOf(options.compression))},
      {"name", options.name},
      {"resize", std::to_string(options.box_fit.width)},
      {"seed", std::to_string(options.seed)},
      {"shards", options.shards ? std::to_string(*options.shards) : "auto"},
      {"store", std::string(NameOf(options.store))},
  };
  AddBoxFit(options.box_fit, &deciding);
  // Datasets from the time before there was a choice have the high byte, and no such option.
  if (options.depth.kind != DepthChoice::Kind::kHighByte) deciding["depth"] = Text(options.depth);
  if (options.shard_size) deciding["shard-size"] = std::to_string(*options.shard_size);
  if (options.fold) deciding["fold"] = std::to_string(*options.fold);
  if (options.profile == Profile::kTfds) deciding["tfds"] = "true";
  for (const auto& [role, key] : options.keys) deciding["keys." + role] = key;
  if (options.store == Store::kCompressed) {
    deciding["quality"] = std::to_string(options.quality);
    deciding["encode"] = NameOf(options.encode);
    deciding["transcode"] = NameOf(options.transcode);
  }
  if (options.store == Store::kNormalized) {
    deciding["scale"] = NameOf(options.scale);
    deciding["dtype"] = NameOf(options.dtype);
    if (options.scale == ScaleMode::kStandard) {
      deciding["mean"] = Text(options.mean);
      deciding["std"] = Text(options.stddev);
    }
  }
  return deciding;
}

}  // namespace dataset

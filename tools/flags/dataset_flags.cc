#include "tools/flags/dataset_flags.h"

#include "dataset/base/error.h"
#include "tools/flags/choice_option.h"

namespace cli {

void AddDatasetFlags(CLI::App* app, DatasetFlags* flags) {
  const std::string group = "TFRecord files of other programs";
  app->add_option("--keys", flags->keys,
                  "Names of the features that hold the image, its class and its shape, such as "
                  "image=jpg,label=cls,shape=dims")
      ->type_name("ROLE=NAME,...")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->group(group);
  app->add_option("--label-base", flags->label_base,
                  "Number of the first class, such as 1 if 0 means background; default: 0")
      ->group(group);
  app->add_option("--classes", flags->classes,
                  "File of class names, one a line, or lines of number:name; default: classes.txt or labels.txt beside "
                  "the TFRecord files")
      ->type_name("FILE")
      ->group(group);
  AddChoice(app, "--layout", &flags->layout,
            "Order of pixels that are stored: height, width, channels (hwc) or channels first (chw); default: as "
            "their shape tells")
      ->group(group);
  AddChoice(app, "--scale", &flags->scale,
            "What a stored number means: byte, 0 to 255; unit, 0 to 1; signed, -1 to 1; standard, less ImageNet's "
            "mean and divided by its std; default: guessed from the first images")
      ->group(group);
}

dataset::ForeignOptions MakeForeignOptions(const DatasetFlags& flags) {
  dataset::ForeignOptions options;
  options.keys = ParseKeys(flags.keys);
  options.label_base = flags.label_base;
  if (flags.classes) options.classes = *flags.classes;
  options.layout = flags.layout;
  options.scale = flags.scale;
  return options;
}

std::map<std::string, std::string> ParseKeys(const std::vector<std::string>& texts) {
  std::map<std::string, std::string> keys;
  for (const std::string& text : texts) {
    const size_t equals = text.find('=');
    if (equals == text.npos) throw dataset::Error::Usage("--keys: '" + text + "' is not ROLE=KEY, such as image=jpg");
    if (!keys.emplace(text.substr(0, equals), text.substr(equals + 1)).second) {
      throw dataset::Error::Usage("--keys: '" + text.substr(0, equals) + "' is there twice");
    }
  }
  return keys;
}

}  // namespace cli

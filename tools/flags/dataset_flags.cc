#include "tools/flags/dataset_flags.h"

#include "dataset/base/error.h"
#include "tools/flags/choice_option.h"

namespace cli {

void AddDatasetFlags(CLI::App* app, DatasetFlags* flags) {
  const std::string group = "Other programs' TFRecord files";
  app->add_option("--keys", flags->keys, "Names of their features: image=jpg,label=cls,shape=size")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->group(group);
  app->add_option("--label-base", flags->label_base,
                  "Label of the first class (where 0 is the background: 1); default: 0")
      ->group(group);
  app->add_option("--classes", flags->classes,
                  "File of class names, one a line or number:name; default: classes.txt or labels.txt beside the files")
      ->group(group);
  AddChoice(app, "--layout", &flags->layout, "Of pixels; default: as their shape tells")->group(group);
  AddChoice(app, "--scale", &flags->scale,
            "What floats are: byte x, unit x/255, signed x/127.5 - 1, standard (x/255 - mean) / std with "
            "ImageNet's; default: by the range of the first ones")
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

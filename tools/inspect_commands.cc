#include "tools/inspect_commands.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "dataset/augment/augmentation_preset.h"
#include "dataset/base/error.h"
#include "dataset/inspect/augmentation_sheet.h"
#include "dataset/inspect/contact_sheet.h"
#include "dataset/inspect/dataset_diff.h"
#include "dataset/inspect/extractor.h"
#include "dataset/inspect/verify.h"
#include "dataset/io/sync.h"
#include "dataset/read/open_dataset.h"
#include "dataset/read/record_stream.h"
#include "dataset/record/example.h"
#include "dataset/record/example_text.h"
#include "dataset/record/index_builder.h"
#include "tools/flags/augment_flag.h"
#include "tools/flags/choice_option.h"
#include "tools/flags/dataset_flags.h"

namespace cli {
namespace {

std::string Count(uint64_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

void AddSplit(CLI::App* command, std::optional<dataset::Split>* split) {
  AddChoice(command, "--split", split, "Of a dataset: only this split");
}

dataset::Sync SyncOf(bool no_fsync) { return no_fsync ? dataset::Sync::kNo : dataset::Sync::kYes; }

Command AddVerify(CLI::App* app) {
  auto path = std::make_shared<std::string>();
  CLI::App* command = app->add_subcommand("verify", "Read every byte and check every checksum");
  command->add_option("path", *path, kDatasetPath)->required();
  return {command, [path] {
            const dataset::VerifyReport report = dataset::VerifyDataset(*path, *MakeProgress());
            for (const std::string& note : report.notes) Say(note);
            for (const std::string& problem : report.problems) std::cout << problem << '\n';
            if (!report.problems.empty()) return kFailed;
            std::cout << Count(report.records, "record") << " in " << Count(report.files, "file") << ", "
                      << report.bytes << " bytes: all well\n";
            return kDone;
          }};
}

Command AddCat(CLI::App* app) {
  struct Flags : DatasetFlags {
    std::string path;
    std::optional<dataset::Split> split;
    uint64_t record = 0;
    bool full = false;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app->add_subcommand("cat", "Print one record as protobuf text");
  command->add_option("path", flags->path, kDatasetPath)->required();
  AddSplit(command, &flags->split);
  command->add_option("--record", flags->record, "Its number in the split or the file, from 0")->required();
  command->add_flag("--full", flags->full, "Print all of long values: protoc --encode gives the same bytes again");
  AddDatasetFlags(command, flags.get());
  return {command, [flags] {
            dataset::RecordStream stream(flags->path, flags->split, MakeForeignOptions(*flags));
            const dataset::RecordStream::Record record = stream.Find(flags->record);
            const dataset::ExampleView example = dataset::ParseExampleView(record.payload, record.place);
            std::cout << dataset::FormatExampleText(
                example, flags->full ? dataset::TextLength::kFull : dataset::TextLength::kShort);
            return kDone;
          }};
}

Command AddExtract(CLI::App* app) {
  struct Flags : DatasetFlags {
    std::string path;
    std::string output;
    std::optional<dataset::Split> split;
    std::optional<uint64_t> record;
    bool overwrite = false;
    bool no_fsync = false;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app->add_subcommand("extract", "Write records back as image files");
  command->add_option("path", flags->path, kDatasetPath)->required();
  command->add_option("-o,--output", flags->output, "Folder for SPLIT/CLASS/NAME")->required();
  AddSplit(command, &flags->split);
  command->add_option("--record", flags->record, "Only the one of this number in the split or the file, from 0");
  command->add_flag("--overwrite", flags->overwrite, "Replace the output folder and all it holds");
  command->add_flag("--no-fsync", flags->no_fsync, "Do not wait for the disk");
  AddDatasetFlags(command, flags.get());
  return {command, [flags] {
            dataset::ExtractOptions options;
            options.path = flags->path;
            options.foreign = MakeForeignOptions(*flags);
            options.output = flags->output;
            options.split = flags->split;
            options.record = flags->record;
            options.overwrite = flags->overwrite;
            options.sync = SyncOf(flags->no_fsync);
            const uint64_t files = dataset::ExtractImages(options, *MakeProgress());
            Say(flags->output + ": " + Count(files, "image") + " written");
            return kDone;
          }};
}

void PrintDifferences(const std::string& title, const std::vector<std::string>& lines) {
  constexpr size_t kListed = 10;
  if (lines.empty()) return;
  const size_t listed = Verbose() ? lines.size() : std::min(lines.size(), kListed);
  std::cout << title << ": " << lines.size() << '\n';
  for (size_t i = 0; i < listed; ++i) std::cout << "  " << lines[i] << '\n';
  if (listed < lines.size()) std::cout << "  ... (-v lists all)\n";
}

Command AddDiff(CLI::App* app) {
  auto a = std::make_shared<std::string>(), b = std::make_shared<std::string>();
  CLI::App* command = app->add_subcommand("diff", "Say what differs in two datasets; ends with 1 if anything does");
  command->add_option("a", *a, kDatasetPath)->required();
  command->add_option("b", *b, "The other one")->required();
  return {command, [a, b] {
            const dataset::DatasetDiff diff = dataset::DiffDatasets(*a, *b, *MakeProgress());
            for (const std::string& fact : diff.facts) std::cout << fact << '\n';
            PrintDifferences("only in " + *a, diff.only_a);
            PrintDifferences("only in " + *b, diff.only_b);
            PrintDifferences("in another split", diff.moved);
            PrintDifferences("in another class", diff.relabelled);
            PrintDifferences("with another content", diff.changed);
            if (diff.Equal()) Say("no difference");
            return diff.Equal() ? kDone : kFailed;
          }};
}

Command AddSheet(CLI::App* app) {
  struct Flags : DatasetFlags {
    std::string path;
    std::optional<dataset::Split> split;
    std::string output;
    uint32_t per_class = dataset::ContactSheetOptions().per_class;
    uint32_t size = dataset::ContactSheetOptions().size;
    bool no_fsync = false;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app->add_subcommand("sheet", "Draw the first pictures of each class");
  command->add_option("path", flags->path, kDatasetPath)->required();
  command->add_option("-o,--output", flags->output, "JPEG file")->required();
  AddSplit(command, &flags->split);
  command->add_option("--per-class", flags->per_class, "Pictures of each class");
  command->add_option("--size", flags->size, "Pixels of a picture's longer side");
  command->add_flag("--no-fsync", flags->no_fsync, "Do not wait for the disk");
  AddDatasetFlags(command, flags.get());
  return {command, [flags] {
            dataset::ContactSheetOptions options;
            options.path = flags->path;
            options.foreign = MakeForeignOptions(*flags);
            options.output = flags->output;
            options.split = flags->split;
            options.per_class = flags->per_class;
            options.size = flags->size;
            options.sync = SyncOf(flags->no_fsync);
            const dataset::ContactSheetReport report = dataset::WriteContactSheet(options, *MakeProgress());
            for (const std::string& unreadable : report.unreadable) Warn(unreadable);
            Say(flags->output + ": " + Count(report.pictures, "picture") + " of " + std::to_string(report.classes) +
                (report.classes == 1 ? " class" : " classes"));
            return kDone;
          }};
}

Command AddAugment(CLI::App* app) {
  struct Flags : DatasetFlags {
    std::string path;
    std::optional<dataset::Split> split;
    std::string output;
    std::string preset = "standard";
    std::string augment;
    dataset::SquareFit fit = dataset::SquareFit::kCrop;
    int image_size = dataset::AugmentationOptions().image_size;
    uint32_t pictures = dataset::AugmentationSheetOptions().pictures;
    uint64_t seed = 0;
    bool no_fsync = false;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app->add_subcommand("augment", "Draw pictures and what a training would see of them");
  command->add_option("path", flags->path, kDatasetPath)->required();
  command->add_option("-o,--output", flags->output, "JPEG file")->required();
  AddChoice(command, "--split", &flags->split, "Of a dataset: this split; default: train");
  CLI::Option* preset = command->add_option("--preset", flags->preset, "Bundle of augmentations")
                            ->check(OneOf(dataset::AugmentationPresetNames()));
  command->add_option("--augment", flags->augment, "Instead: names (flip,rotation,...) or FILE.toml")->excludes(preset);
  AddChoice(command, "--fit", &flags->fit, "How a picture fills the square");
  command->add_option("--image-size", flags->image_size, "Side of the square");
  command->add_option("--pictures", flags->pictures, "How many, from the first on");
  command->add_option("--seed", flags->seed, "That of the training");
  command->add_flag("--no-fsync", flags->no_fsync, "Do not wait for the disk");
  AddDatasetFlags(command, flags.get());
  return {command, [flags] {
            const Augment augment = ParseAugment(flags->augment.empty() ? flags->preset : flags->augment);
            dataset::AugmentationSheetOptions options;
            options.path = flags->path;
            options.output = flags->output;
            options.split = flags->split;
            options.foreign = MakeForeignOptions(*flags);
            options.augmentation = augment.options;
            if (std::filesystem::is_directory(flags->path)) {
              if (!options.split) options.split = dataset::Split::kTrain;
              options.augmentation.channels = dataset::OpenDataset(flags->path, options.foreign).channels == 1 ? 1 : 3;
            }
            options.augmentation.image_size = flags->image_size;
            options.augmentation.eval_resize = static_cast<int>(std::lround(1.1 * flags->image_size));
            options.augmentation.fit = flags->fit;
            options.mix = augment.mix;
            options.seed = flags->seed;
            options.pictures = flags->pictures;
            options.sync = SyncOf(flags->no_fsync);
            const uint32_t pictures = dataset::WriteAugmentationSheet(options, *MakeProgress());
            Say(flags->output + ": " + Count(pictures, "picture") + ", each as it is and in " +
                Count(dataset::kAugmentationSheetEpochs, "epoch"));
            return kDone;
          }};
}

Command AddIndex(CLI::App* app) {
  auto files = std::make_shared<std::vector<std::string>>();
  CLI::App* command = app->add_subcommand("index", "Write FILE.idx beside TFRecord files of any origin");
  command->add_option("file", *files, "TFRecord files, uncompressed")->required();
  return {command, [files] {
            bool failed = false;
            for (const std::string& file : *files) {
              try {
                const uint64_t records = dataset::BuildIndex(file, dataset::Sync::kYes);
                Say(file + ".idx: " + Count(records, "record"));
              } catch (const dataset::Error& error) {
                failed = true;
                Warn(error.what());
              }
            }
            if (!failed) return kDone;
            throw dataset::Error("no index was written for the files above");
          }};
}

}  // namespace

std::vector<Command> AddInspectCommands(CLI::App* app) {
  return {AddVerify(app), AddCat(app), AddExtract(app), AddDiff(app), AddSheet(app), AddAugment(app), AddIndex(app)};
}

}  // namespace cli

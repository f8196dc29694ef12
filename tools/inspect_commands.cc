#include "tools/inspect_commands.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dataset/augment/augmentation_preset.h"
#include "dataset/base/error.h"
#include "dataset/base/message_text.h"
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

constexpr char kInput[] = "Input";
constexpr char kDrawing[] = "Drawing";
constexpr char kOutput[] = "Output";

void AddSplit(CLI::App* command, std::optional<dataset::Split>* split) {
  AddChoice(command, "--split", split, "Only this split of the dataset; default: all")->group(kInput);
}

CLI::App* AddCommand(CLI::App* app, const std::string& name, const std::string& what, std::vector<Example> examples) {
  CLI::App* command = app->add_subcommand(name, what);
  command->formatter(MakeHelpFormatter(std::move(examples), {kInput, kDrawing, kOutput}));
  return command;
}

void AddPath(CLI::App* command, std::string* path) {
  command->add_option("path", *path, kDatasetPath)->required()->group(kInput);
}

void AddOutput(CLI::App* command, std::string* output, const std::string& what, const std::string& type) {
  command->add_option("-o,--output", *output, what)->type_name(type)->required()->group(kOutput);
}

void AddNoFsync(CLI::App* command, bool* no_fsync) {
  command
      ->add_flag("--no-fsync", *no_fsync, "Do not wait until the disk has it all; faster, but not safe if power fails")
      ->group(kOutput);
}

dataset::Sync SyncOf(bool no_fsync) { return no_fsync ? dataset::Sync::kNo : dataset::Sync::kYes; }

Command AddVerify(CLI::App* app) {
  struct Flags : DatasetFlags {
    std::string path;
    bool decode = false;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* command = AddCommand(app, "verify", "Reads every byte and checks every checksum",
                                 {{"Check a dataset", "dsinspect verify photos.ds"},
                                  {"Find the images that do not decode", "dsinspect verify photos.ds --decode"},
                                  {"Check one file", "dsinspect verify photos.ds/photos-val.tfrecord-00000-of-00001"}});
  AddPath(command, &flags->path);
  command->add_flag("--decode", flags->decode, "Also decode every image, and name each record whose image is damaged")
      ->group(kInput);
  AddDatasetFlags(command, flags.get());
  return {command, [flags] {
            const auto level = flags->decode ? dataset::VerifyLevel::kPictures : dataset::VerifyLevel::kBytes;
            const dataset::VerifyReport report =
                dataset::VerifyDataset(flags->path, level, *MakeProgress(), MakeForeignOptions(*flags));
            for (const std::string& note : report.notes) Say(note);
            for (const std::string& problem : report.problems) std::cout << Named(problem) << '\n';
            if (!report.problems.empty()) return kFailed;
            if (!flags->decode) Say("images were not decoded; --decode does that");
            std::cout << dataset::Counted(report.records, "record") << " in " << dataset::Counted(report.files, "file")
                      << ", " << report.bytes << " bytes: all well\n";
            return kDone;
          }};
}

Command AddCat(CLI::App* app) {
  struct Flags : DatasetFlags {
    std::string path;
    std::optional<dataset::Split> split;
    std::optional<uint64_t> record;
    bool full = false;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* command = AddCommand(app, "cat", "Prints one record as protobuf text",
                                 {{"Print the first record of val", "dsinspect cat photos.ds --split val --record 0"},
                                  {"Print all of it", "dsinspect cat photos.ds --split val --record 0 --full"}});
  AddPath(command, &flags->path);
  AddChoice(command, "--split", &flags->split, "Split of the record; a dataset needs it")->group(kInput);
  command->add_option("--record", flags->record, "Number of the record in its split or file, from 0")
      ->required()
      ->group(kInput);
  command
      ->add_flag("--full", flags->full,
                 "Print long values whole (protoc --encode makes the same bytes of it again); without: their first 64 "
                 "bytes")
      ->group(kOutput);
  AddDatasetFlags(command, flags.get());
  return {command, [flags] {
            dataset::RecordStream stream(flags->path, flags->split, MakeForeignOptions(*flags));
            const dataset::RecordStream::Record record = stream.Find(*flags->record);
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
  CLI::App* command =
      AddCommand(app, "extract", "Writes records back as image files",
                 {{"Write all images of test", "dsinspect extract photos.ds -o images --split test"},
                  {"Write one image alone", "dsinspect extract photos.ds -o one --split val --record 0"}});
  AddPath(command, &flags->path);
  AddOutput(command, &flags->output, "Folder to write: SPLIT/CLASS/IMAGES", "FOLDER");
  AddSplit(command, &flags->split);
  command
      ->add_option("--record", flags->record,
                   "Only the record of this number in its split or file, from 0; default: all records")
      ->group(kInput);
  command->add_flag("--overwrite", flags->overwrite, "Replace the images of an earlier extract")->group(kOutput);
  AddNoFsync(command, &flags->no_fsync);
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
            Say(flags->output + ": " + dataset::Counted(files, "image") + " written");
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
  CLI::App* command = AddCommand(app, "diff", "Says what differs in two datasets; the exit code is 1 if anything does",
                                 {{"Compile once more and see that nothing differs",
                                   "dscompile splits/manifest.csv -o again.ds && dsinspect diff photos.ds again.ds"}});
  command->add_option("a", *a, "Dataset folder, as dscompile writes it")->required()->group(kInput);
  command->add_option("b", *b, "The other dataset folder")->required()->group(kInput);
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
  CLI::App* command = AddCommand(app, "sheet", "Draws the first images of each class on one sheet",
                                 {{"Draw eight images of each class", "dsinspect sheet photos.ds -o sheet.jpg"},
                                  {"Draw more of train, and larger",
                                   "dsinspect sheet photos.ds -o train.jpg --split train --per-class 20 --size 160"}});
  AddPath(command, &flags->path);
  AddOutput(command, &flags->output, "JPEG file to write", "FILE");
  AddSplit(command, &flags->split);
  command->add_option("--per-class", flags->per_class, "Number of images of each class, 1 to 1000")->group(kDrawing);
  command->add_option("--size", flags->size, "Longer side of an image in pixels, 16 to 1024")->group(kDrawing);
  AddNoFsync(command, &flags->no_fsync);
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
            Say(flags->output + ": " + dataset::Counted(report.pictures, "picture") + " of " +
                std::to_string(report.classes) + (report.classes == 1 ? " class" : " classes"));
            return kDone;
          }};
}

Command AddAugment(CLI::App* app) {
  struct Flags : DatasetFlags {
    std::string path;
    std::optional<dataset::Split> split;
    std::string output;
    dataset::AugmentationPreset preset = dataset::AugmentationPreset::kStandard;
    std::string augment;
    dataset::SquareFit fit = dataset::SquareFit::kCrop;
    int image_size = dataset::AugmentationOptions().image_size;
    uint32_t pictures = dataset::AugmentationSheetOptions().pictures;
    uint64_t seed = 0;
    bool no_fsync = false;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* command =
      AddCommand(app, "augment", "Draws images beside what training would make of them, epoch by epoch",
                 {{"See what dtrain does by default", "dsinspect augment photos.ds -o standard.jpg"},
                  {"See a stronger preset", "dsinspect augment photos.ds -o strong.jpg --preset strong"},
                  {"See single augmentations", "dsinspect augment photos.ds -o two.jpg --augment rotation,mixup"}});
  AddPath(command, &flags->path);
  AddOutput(command, &flags->output, "JPEG file to write", "FILE");
  AddChoice(command, "--split", &flags->split, "Split of the dataset to draw; default: train")->group(kInput);
  CLI::Option* preset =
      AddChoice(command, "--preset", &flags->preset, "Bundle of augmentations; trivial is TrivialAugment")
          ->group(kDrawing);
  command->add_option("--augment", flags->augment, kAugmentHelp)->type_name("WHAT")->excludes(preset)->group(kDrawing);
  command->add_option("--image-size", flags->image_size, "Side of the square that training would see, in pixels")
      ->group(kDrawing);
  AddChoice(command, "--fit", &flags->fit,
            "How an image fills the square without a random crop: crop cuts off what juts out, pad adds a border, "
            "stretch changes the proportions")
      ->group(kDrawing);
  command->add_option("--pictures", flags->pictures, "Number of images, the first of the split, 1 to 100")
      ->group(kDrawing);
  command->add_option("--seed", flags->seed, "Number that decides what is random; the same as for dtrain")
      ->group(kDrawing);
  AddNoFsync(command, &flags->no_fsync);
  AddDatasetFlags(command, flags.get());
  return {command, [flags] {
            const Augment augment =
                flags->augment.empty() ? Augment{OptionsOf(flags->preset), {}} : ParseAugment(flags->augment);
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
            Say(flags->output + ": " + dataset::Counted(pictures, "picture") + ", each as it is and in " +
                dataset::Counted(dataset::kAugmentationSheetEpochs, "epoch"));
            return kDone;
          }};
}

Command AddIndex(CLI::App* app) {
  auto files = std::make_shared<std::vector<std::string>>();
  CLI::App* command =
      AddCommand(app, "index", "Writes an index, FILE.idx, beside TFRecord files of any origin",
                 {{"Index the shards of a dataset anew", "dsinspect index photos.ds/*.tfrecord-*[0-9]"}});
  command->add_option("file", *files, "TFRecord files, not compressed")->required()->group(kInput);
  return {command, [files] {
            bool failed = false;
            for (const std::string& file : *files) {
              try {
                const uint64_t records = dataset::BuildIndex(file, dataset::Sync::kYes);
                Say(file + ".idx: " + dataset::Counted(records, "record"));
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

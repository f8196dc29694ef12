#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dataset {

// Parses the untrusted text of a class map: a file beside other programs' shards that names the classes. Returns the
// name of each class. The text has one of these forms:
// - One name on each line, in label order: line i (from 0) names class i. No name may come twice.
// - A JSON list of names in label order.
// - Numbers and names in any order: "NUMBER:NAME" on every line, as in TF-Slim's labels.txt, or another form of lines
//   (proto/FORMAT.md, section 10); a JSON object; a label map of TensorFlow's object detection (label_map.pbtxt).
// A number is a label of the records, and class i has the label label_base + i. Classes with a smaller number (such as
// a background class) are left out. Numbered classes of equal names are told apart as NameClasses does.
// Throws Error, which names `file`, for an empty name, a control character, text that DecodeText refuses, a number that
// comes twice, a number from label_base up to the largest that has no name, lines of which most but not all have a
// form, JSON and label maps that hold anything else, and a list in YAML.
std::vector<std::string> ParseClassMap(std::string_view bytes, uint32_t label_base, const std::string& file);

// Returns the first of these files that the folder holds, or nullopt if it holds none: classes.txt, labels.txt,
// label.labels.txt (TensorFlow Datasets' name).
std::optional<std::filesystem::path> FindClassMap(const std::filesystem::path& folder);

// Returns a distinct name for each of the classes 0 ... count - 1. `names` has the names that records give them. The
// label of class i is label_base + i. A class without a name is called by its label ("134"), and classes that share a
// name get their labels added ("crane (134)").
std::vector<std::string> NameClasses(uint32_t count, uint32_t label_base, const std::map<uint32_t, std::string>& names);

}  // namespace dataset

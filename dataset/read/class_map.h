#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dataset {

// The names of classes, numbered from 0, in a file beside other programs' shards: either one name a line in label
// order, or "number:name" lines as TF-Slim's labels.txt has them. There the numbers are labels, the first class's is
// `label_base`, and what comes before it (the background) is left out. Untrusted: refuses gaps, numbers and names that
// come twice; only of "number:name" lines may names be equal, they then become "name (number)".
std::vector<std::string> ParseClassMap(std::string_view text, uint32_t label_base, const std::string& file);

// classes.txt, labels.txt or label.labels.txt (TensorFlow Datasets' name) in a folder.
std::optional<std::filesystem::path> FindClassMap(const std::filesystem::path& folder);

// The names of classes 0 ... count - 1 by what records call them; those that lack a name, or share it with another one,
// are told by their label, which is the class's number plus `label_base`.
std::vector<std::string> NameClasses(uint32_t count, uint32_t label_base, const std::map<uint32_t, std::string>& names);

}  // namespace dataset

#include "dataset/sample/store.h"

#include "dataset/sample/scale.h"

namespace dataset {
namespace {

constexpr std::string_view kImageFiles[] = {"JPEG", "PNG"};
constexpr std::string_view kPixels[] = {"RAW"};
constexpr std::string_view kBytes[] = {"uint8"};
constexpr std::string_view kFloats[] = {NameOf(ValueType::kFloat32), NameOf(ValueType::kFloat16)};
constexpr std::string_view kHwc[] = {"HWC"};
constexpr std::string_view kChw[] = {"CHW"};

constexpr StoreRow kRows[] = {
    {Store::kCompressed, "image/encoded", kImageFiles, kBytes, kHwc},
    {Store::kRaw, "image/raw", kPixels, kBytes, kHwc},
    {Store::kNormalized, "image/values", kPixels, kFloats, kChw},
};

}  // namespace

std::span<const StoreRow> StoreRows() { return kRows; }

const StoreRow& RowOf(Store store) { return kRows[static_cast<size_t>(store)]; }

}  // namespace dataset

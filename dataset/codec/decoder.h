#pragma once

#include <optional>
#include <string_view>

#include "dataset/codec/image_header.h"
#include "dataset/image/deep_image.h"

namespace dataset {

// All functions are thread-safe, print nothing, and are safe on bytes that anyone may have written.

// Reads the header of a whole image file. Throws Error (cause only, no place) if the bytes are no readable image, if
// the picture has more than kMaxPixels pixels or a side above 65500, and if the file's structure shows that it is cut
// off: a JPEG without an end-of-image marker, a PNG without an IEND chunk, a WebP or BMP shorter than it says. The
// first page of a TIFF counts.
ImageHeader ReadImageHeader(std::string_view bytes);

// Returns the stored size of the picture that a file begins with; nullopt if these bytes do not tell, as always for
// formats other than JPEG and PNG. ReadImageHeader can then read the whole file. Never throws.
std::optional<Size> PeekImageSize(std::string_view beginning);

// Returns true if ReadImageHeader would accept a file with these first and last bytes, whatever lies between them.
// False means that they do not tell, as always for formats other than JPEG. Never throws.
bool HasGoodEnds(std::string_view beginning, std::string_view end);

// Decodes a whole image file to upright 8-bit pixels, by the conversions of proto/FORMAT.md, section 4. Returns the
// part of *out that holds the crop of the options, or the picture if there is no crop; the rest of *out is unspecified.
// With a reduced DCT scale the part can begin and end between pixels. *out keeps its memory from call to call. Throws
// Error (cause only) for damaged data, including what the codec only warns of if data is lost, for a picture that is
// cut off, and for one that CheckPicture refuses. *clipped, if it is not nullptr, becomes whether values of more than 8
// bits lay outside of the range of options.depth.
FineRect DecodeImage(std::string_view bytes, const DecodeOptions& options, Image* out, bool* clipped = nullptr);

// Whether a file with these first bytes, 32 or more, may hold a picture of more than 8 bits a channel. The header of
// the whole file tells for sure. Never throws.
bool MayBeDeep(std::string_view beginning);
// Decodes the values of a picture of more than 8 bits a channel, before orientation. Returns false, and leaves *out
// alone, for any other picture. Throws Error as DecodeImage does.
bool DecodeDeep(std::string_view bytes, DeepImage* out);

// Throws Error (cause only) exactly if DecodeImage of the whole picture would, with as little work as that takes: of a
// JPEG all data are read, but the pixels are computed at the smallest DCT scale alone. Of the options, size and depth
// count. *scratch keeps its memory from call to call.
void CheckImage(std::string_view bytes, DecodeOptions options, Image* scratch);

}  // namespace dataset

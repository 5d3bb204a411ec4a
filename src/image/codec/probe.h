// What a header says, before anything is decoded.
#pragma once

#include "image/geometry.h"

namespace tintype::image {

struct Probe {
  Size size;            ///< As the file has it: before it is turned.
  int orientation = 1;  ///< 1 to 8, as EXIF has it.
};

}  // namespace tintype::image

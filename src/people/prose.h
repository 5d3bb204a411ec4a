// How long what people write may be (writing/prose.h says what of it is kept).
#pragma once

#include "writing/prose.h"

namespace tintype::people {

using writing::parse_prose;

inline constexpr writing::ProseRule kDisplayNameRule{
    .length_min = 1, .length_max = 50, .lines = false};
inline constexpr writing::ProseRule kBioRule{.length_min = 0, .length_max = 500, .lines = true};
inline constexpr writing::ProseRule kActivityRule{
    .length_min = 1, .length_max = 1000, .lines = true};

}  // namespace tintype::people

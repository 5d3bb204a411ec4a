#pragma once

#include <string>

#include "bucket/store.h"

namespace tintype::bucket {

/// All of an object's content in memory: for small ones. Blocks. `corrupt` if the file is cut
/// short.
Result<std::string> read_content(const Object& object);

}  // namespace tintype::bucket

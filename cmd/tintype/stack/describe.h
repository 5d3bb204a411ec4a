#pragma once

#include <string>

#include "stack/stack.h"

namespace tintype {

// Parts of what `tintype check` prints: each setting on a line.

std::string describe(const GatewaySettings& settings);

}  // namespace tintype

#pragma once

#include <string_view>

#include "bucket/identity/rights.h"

namespace tintype::bucket {

/// Whether these rights on another's bucket are enough for an action, by its name in policies
/// ("s3:GetObject").
bool suffice(Rights rights, std::string_view action);

}  // namespace tintype::bucket

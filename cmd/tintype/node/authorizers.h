#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/authorizer.h"

namespace tintype {

/// By the names that routes call them: "jwt" ([identity], or the embedded issuer), and those of the
/// stack file. Shared with their routes.
using Authorizers = std::map<std::string, std::shared_ptr<const gateway::Authorizer>, std::less<>>;

}  // namespace tintype

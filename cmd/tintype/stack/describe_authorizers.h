#pragma once

#include <string>

#include "gateway/authorizer_settings.h"

namespace tintype {

/// [identity] and every [authorizer.NAME], one setting per line, without digests of keys.
std::string describe_authorizers(const gateway::AuthorizerSettings& settings);

}  // namespace tintype

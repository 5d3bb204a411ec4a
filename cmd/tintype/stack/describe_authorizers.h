#pragma once

#include <string>

#include "gateway/authorizer_settings.h"
#include "gateway/issuer/settings.h"

namespace tintype {

/// [identity] and every [authorizer.NAME], one setting per line, without digests of keys. `issuer`
/// is of the embedded issuer.
std::string describe_authorizers(const gateway::AuthorizerSettings& settings,
                                 const gateway::IssuerSettings& issuer);

}  // namespace tintype

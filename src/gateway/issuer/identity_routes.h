#pragma once

#include <vector>

#include "gateway/gateway.h"
#include "gateway/issuer/service.h"

namespace tintype::gateway {

/// The routes of the embedded issuer, all open: those of auth_api.h, authorize_api.h and
/// token_api.h, the JWK Set, and the metadata under its two names (OpenID Connect Discovery, and
/// RFC 8414). `issuer` outlives them.
std::vector<Route> identity_routes(IssuerService& issuer);

}  // namespace tintype::gateway

#pragma once

#include <vector>

#include "base/blocking_pool.h"
#include "gateway/gateway.h"
#include "gateway/issuer.h"
#include "sql/database.h"

namespace tintype::gateway {

/// The routes of the embedded issuer, all open:
///   GET  /.well-known/openid-configuration, GET /.well-known/jwks.json
///   POST /auth/sign_in   {"name","password"} to
///   {"access_token","token_type":"Bearer","expires_in","sub"}
/// What they refer to must outlive them.
std::vector<Route> identity_routes(const Issuer& issuer, sql::Database& database,
                                   BlockingPool& pool, const Clock& clock);

}  // namespace tintype::gateway

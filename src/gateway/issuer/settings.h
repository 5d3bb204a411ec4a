#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/config.h"
#include "base/result.h"
#include "gateway/issuer/clients.h"
#include "gateway/rate.h"

namespace tintype::gateway {

/// What the stack file says of the embedded issuer: [identity] without an issuer of its own.
struct IssuerSettings {
  std::chrono::seconds access_ttl = std::chrono::minutes(15);       ///< Of an access token.
  std::chrono::seconds session_idle = std::chrono::hours(24 * 14);  ///< Between two refreshes.
  std::chrono::seconds session_max =
      std::chrono::hours(24 * 90);  ///< From one sign-in to the next.
  /// New people from one address; of IPv6 from one /64.
  Rate sign_ups{.count = 30, .per = std::chrono::hours(1), .burst = 30};
  std::vector<OauthClient> clients;
};

/// Reads [identity]'s access_ttl, session_idle, session_max and sign_ups, and every
/// [[identity.client]] with id and redirect_uris.
Result<IssuerSettings> read_issuer(const config::Table& identity);

}  // namespace tintype::gateway

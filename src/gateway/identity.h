#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"

namespace tintype::gateway {

/// Who asks, once an authorizer has checked it. What follows sees this and never a header.
struct Identity {
  /// What fits an owner of objects (bucket/naming.h).
  static constexpr std::size_t kSubjectSizeMax = 128;

  std::string subject;  ///< `sub` of the token.
  std::string issuer;   ///< `iss` of the token, or the authorizer's name where there is no token.
  std::string client_id = {};            ///< Through which application; empty if nobody said.
  std::vector<std::string> scopes = {};  ///< Granted; each without a space.
  std::string claims_json = {};          ///< A token's verified claims, a JSON object; else empty.
  /// What a function authorizer said besides. Texts as they are, other values as JSON spells them.
  std::map<std::string, std::string> context = {};
  Instant expires_at;
};

}  // namespace tintype::gateway

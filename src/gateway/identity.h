#pragma once

#include <string>

#include "base/clock.h"

namespace tintype::gateway {

/// Who asks, once an authorizer has checked it. What follows sees this and never a header.
struct Identity {
  std::string subject;  ///< `sub` of the token.
  std::string issuer;
  Instant expires_at;
};

}  // namespace tintype::gateway

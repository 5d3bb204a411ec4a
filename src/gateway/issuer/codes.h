// Authorization codes (RFC 6749, 4.1) with PKCE (RFC 7636).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "gateway/issuer/sessions.h"
#include "sql/database.h"

namespace tintype::gateway {

/// Whether `text` can be a challenge of S256: 43 characters of base64url.
bool is_challenge(std::string_view text);
/// Whether `verifier` is one (RFC 7636, 4.1) and its SHA-256 is `challenge`.
bool answers_challenge(std::string_view verifier, std::string_view challenge);

/// Thread-safe; blocks.
class Codes {
 public:
  static constexpr std::chrono::seconds kLifetime{60};
  /// For so long a code that comes again ends what it was exchanged for.
  static constexpr std::chrono::hours kKept{24};

  /// What is given outlives this.
  Codes(sql::Database& database, Sessions& sessions, const Clock& clock)
      : database_(database), sessions_(sessions), clock_(clock) {}

  /// What a person agreed to by signing in.
  struct Consent {
    std::string sub;
    std::string client_id;
    std::string redirect_uri;
    std::string challenge;  ///< is_challenge().
  };
  /// `unauthenticated` if nobody of that sub can sign in any more.
  Result<Secret> make(const Consent& consent);

  struct Redemption {
    Secret code;
    std::string client_id;
    std::string redirect_uri;
    std::string verifier;
  };
  /// A session for the code. Tried once: whatever is wrong with the rest, the code is used up.
  /// `unauthenticated` if it is none, or not for this; one that was used before also ends the
  /// session that it was exchanged for, and is logged.
  Result<Sessions::Grant> redeem(const Redemption& redemption);

  /// Removes what has ended. For a timer.
  Status sweep();

 private:
  Result<Sessions::Grant> redeem(sql::Session& session, const Redemption& redemption, bool& reused);

  sql::Database& database_;
  Sessions& sessions_;
  const Clock& clock_;
};

}  // namespace tintype::gateway

// Sessions: what one sign-in began, and the refresh tokens that keep it going.
//
//   sign-in ──▶ token 1 ──used──▶ token 2 ──used──▶ token 3 ...      a family
//                  └──again──▶ somebody else has it: the family ends
//
// Rotation with reuse detection, as RFC 9700, 4.14.2, has it for public clients. A token is 256
// random bits, of which the database has the SHA-256 alone.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "sql/database.h"

namespace tintype::gateway {

/// 256 random bits in base64url: a refresh token or a code.
Secret make_random_token();
/// How the database knows it.
std::string digest_of(const Secret& token);

/// Thread-safe; blocks.
class Sessions {
 public:
  /// A used token is taken a second time within this of its use, once: two tabs may send the same
  /// cookie at the same moment, and an answer may be lost on its way. A thief gains nothing that
  /// lasts: of the two tokens that are then out, using one uses up the other, so that the second of
  /// thief and owner to come is reuse as ever.
  static constexpr std::chrono::seconds kGrace{10};
  /// Used tokens are known for so long; an older one is still refused, and ends nothing.
  static constexpr std::chrono::hours kUsedKept{24 * 7};
  /// Rows that one transaction of sweep() removes of each table.
  static constexpr std::int64_t kBatchMax = 1'000;

  struct Lifetimes {
    std::chrono::seconds idle_max;  ///< From one refresh to the next.
    std::chrono::seconds age_max;   ///< From sign-in to the next sign-in.
  };

  /// What is given outlives this.
  Sessions(sql::Database& database, Lifetimes lifetimes, const Clock& clock)
      : database_(database), lifetimes_(lifetimes), clock_(clock) {}

  struct Grant {
    std::string sub;
    Secret refresh_token;
    std::chrono::seconds lasts;  ///< Unless it is refreshed.
  };

  /// A new session of `sub` through `client_id`. `unauthenticated` if nobody of that `sub` can sign
  /// in any more.
  Result<Grant> begin(std::string_view sub, std::string_view client_id);
  /// The same inside a transaction; `family_id` names it.
  struct Begun {
    Grant grant;
    std::string family_id;
  };
  Result<Begun> begin(sql::Session& session, std::string_view sub, std::string_view client_id);

  /// The next token for `token`. `unauthenticated` if it is none of `client_id`'s, has ended, or
  /// was used; the last also ends its session, and is logged.
  Result<Grant> refresh(const Secret& token, std::string_view client_id);

  /// Ends the session that `token` is, or was, part of. True if there was one of `client_id`.
  Result<bool> end(const Secret& token, std::string_view client_id);

  /// Removes what has ended. For a timer.
  Status sweep();

 private:
  struct Found;
  Result<Grant> refresh(sql::Session& session, const std::string& digest,
                        std::string_view client_id, bool& reused);
  Result<bool> take(sql::Session& session, const std::string& digest, const Found& found,
                    Instant now);
  Result<Grant> next(sql::Session& session, const Found& found, Instant now);
  static Status insert_token(sql::Session& session, const std::string& family_id,
                             const Secret& token, Instant now);

  sql::Database& database_;
  const Lifetimes lifetimes_;
  const Clock& clock_;
};

}  // namespace tintype::gateway

#include "gateway/issuer/codes.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "crypto/digest.h"

namespace tintype::gateway {

namespace {

constexpr std::size_t kChallengeSize = 43;  // 32 bytes in base64url.
constexpr std::size_t kVerifierSizeMin = 43;
constexpr std::size_t kVerifierSizeMax = 128;

std::unexpected<Error> refused(std::string_view why) {
  return fail(ErrorCode::unauthenticated, "redeem code: " + std::string(why));
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

bool is_challenge(std::string_view text) {
  return text.size() == kChallengeSize && from_base64url(text).has_value();
}

bool answers_challenge(std::string_view verifier, std::string_view challenge) {
  const bool is_verifier = verifier.size() >= kVerifierSizeMin &&
                           verifier.size() <= kVerifierSizeMax &&
                           std::ranges::all_of(verifier, [](char c) {
                             return is_letter_or_digit(c) || std::string_view("-._~").contains(c);
                           });
  return is_verifier && crypto::equal_in_constant_time(
                            to_base64url(as_bytes(crypto::sha256(as_bytes(verifier)))), challenge);
}

Result<Secret> Codes::make(const Consent& consent) {
  Secret code = make_random_token();
  const Instant expires_at = clock_.now() + kLifetime;
  TRY_LET(const std::int64_t inserted,
          within("make code", database_.write([&](sql::Session& session) {
            // The person may have been deleted since the password was checked.
            return session.execute(
                "INSERT INTO authorization_code "
                "(digest, sub, client_id, redirect_uri, challenge, expires_at) "
                "SELECT CAST(:1 AS TEXT), sub, CAST(:2 AS TEXT), CAST(:3 AS TEXT), "
                "CAST(:4 AS TEXT), CAST(:5 AS BIGINT) FROM credential WHERE sub = :6",
                {digest_of(code), consent.client_id, consent.redirect_uri, consent.challenge,
                 to_epoch_ms(expires_at), consent.sub});
          })));
  if (inserted == 0) return fail(ErrorCode::unauthenticated, "make code: nobody of that sub");
  return code;
}

Result<Sessions::Grant> Codes::redeem(const Redemption& redemption) {
  // What is guessed ends here, and costs the writer nothing.
  TRY_LET(const sql::Rows known, within("redeem code", database_.read([&](sql::Session& session) {
            return session.query("SELECT 1 FROM authorization_code WHERE digest = :1",
                                 {digest_of(redemption.code)});
          })));
  if (known.empty()) return refused("an unknown code");
  // A refusal must not undo what goes with it, so the work itself succeeds.
  std::optional<Result<Sessions::Grant>> outcome;
  bool reused = false;
  const std::function<Status(sql::Session&)> work = [&](sql::Session& session) -> Status {
    reused = false;
    outcome = redeem(session, redemption, reused);
    if (!*outcome && outcome->error().code != ErrorCode::unauthenticated)
      return std::unexpected(outcome->error());
    return {};
  };
  TRY(within("redeem code", database_.write(work)));
  if (reused)
    log(LogLevel::warning, "session ended by reuse of a code", {{"client", redemption.client_id}});
  return std::move(*outcome);
}

Result<Sessions::Grant> Codes::redeem(sql::Session& session, const Redemption& redemption,
                                      bool& reused) {
  const std::string digest = digest_of(redemption.code);
  const Instant now = clock_.now();
  TRY_LET(const sql::Rows rows,
          session.query("SELECT sub, client_id, redirect_uri, challenge, expires_at, family_id "
                        "FROM authorization_code WHERE digest = :1",
                        {digest}));
  if (rows.empty()) return refused("an unknown code");
  const sql::Row& code = rows.front();
  TRY_LET(const std::int64_t first, session.execute("UPDATE authorization_code SET used_at = :1 "
                                                    "WHERE digest = :2 AND used_at IS NULL",
                                                    {to_epoch_ms(now), digest}));
  if (first == 0) {
    reused = true;
    TRY(session.execute("DELETE FROM refresh_family WHERE id = :1", {code.text(5)}));
    return refused("a code that was used before");
  }
  if (from_epoch_ms(code.integer(4)) <= now) return refused("a code that has expired");
  if (code.text(1) != redemption.client_id) return refused("a code of another client");
  if (code.text(2) != redemption.redirect_uri) return refused("another redirect_uri");
  if (!answers_challenge(redemption.verifier, code.text(3))) return refused("a wrong verifier");
  TRY_LET(auto begun, sessions_.begin(session, code.text(0), redemption.client_id));
  TRY(session.execute("UPDATE authorization_code SET family_id = :1 WHERE digest = :2",
                      {begun.family_id, digest}));
  return std::move(begun.grant);
}

Status Codes::sweep() {
  const Instant before = clock_.now() - kKept;
  const std::function<Status(sql::Session&)> work = [&](sql::Session& session) -> Status {
    TRY(
        session.execute("DELETE FROM authorization_code WHERE digest IN (SELECT digest FROM "
                        "authorization_code WHERE expires_at <= :1 ORDER BY expires_at LIMIT :2)",
                        {to_epoch_ms(before), Sessions::kBatchMax}));
    return {};
  };
  return within("sweep codes", database_.write(work));
}

}  // namespace tintype::gateway

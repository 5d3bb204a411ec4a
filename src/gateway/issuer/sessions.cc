#include "gateway/issuer/sessions.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "base/log.h"
#include "base/random.h"
#include "base/text.h"
#include "crypto/digest.h"

namespace tintype::gateway {

namespace {

constexpr std::size_t kTokenBytes = 32;

std::unexpected<Error> refused(std::string why) {
  return fail(ErrorCode::unauthenticated, "refresh: " + std::move(why));
}

std::chrono::seconds seconds_until(Instant end, Instant now) {
  return std::chrono::floor<std::chrono::seconds>(end - now);
}

}  // namespace

/// A token with its family.
struct Sessions::Found {
  std::optional<Instant> used_at;
  bool was_repeated;
  std::string family_id;
  std::string sub;
  std::string client_id;
  Instant expires_at;
  Instant ends_at;
};

namespace {

template <class Found>
Result<std::optional<Found>> find_token(sql::Session& session, const std::string& digest) {
  TRY_LET(
      const sql::Rows rows,
      session.query("SELECT t.used_at, t.repeated_at, f.id, f.sub, f.client_id, f.expires_at, "
                    "f.ends_at FROM refresh_token t JOIN refresh_family f ON f.id = t.family_id "
                    "WHERE t.digest = :1",
                    {digest}));
  if (rows.empty()) return std::nullopt;
  const sql::Row& row = rows.front();
  Found found{.used_at = {},
              .was_repeated = !row.is_null(1),
              .family_id = row.text(2),
              .sub = row.text(3),
              .client_id = row.text(4),
              .expires_at = from_epoch_ms(row.integer(5)),
              .ends_at = from_epoch_ms(row.integer(6))};
  if (!row.is_null(0)) found.used_at = from_epoch_ms(row.integer(0));
  return found;
}

}  // namespace

Secret make_random_token() { return Secret(to_base64url(as_bytes(random_bytes(kTokenBytes)))); }

std::string digest_of(const Secret& token) { return crypto::sha256_hex(as_bytes(token.reveal())); }

Status Sessions::insert_token(sql::Session& session, const std::string& family_id,
                              const Secret& token, Instant now) {
  TRY(
      session.execute("INSERT INTO refresh_token (digest, family_id, created_at) "
                      "VALUES (:1, :2, :3)",
                      {digest_of(token), family_id, to_epoch_ms(now)}));
  return {};
}

Result<Sessions::Grant> Sessions::begin(std::string_view sub, std::string_view client_id) {
  return within("begin session", database_.write([&](sql::Session& session) -> Result<Grant> {
    TRY_LET(auto begun, begin(session, sub, client_id));
    return std::move(begun.grant);
  }));
}

Result<Sessions::Begun> Sessions::begin(sql::Session& session, std::string_view sub,
                                        std::string_view client_id) {
  const Instant now = clock_.now();
  const Instant expires_at = now + lifetimes_.age_max;
  const Instant ends_at = std::min(expires_at, now + lifetimes_.idle_max);
  std::string id = make_id();
  // The person may be deleted between the password and here.
  TRY_LET(const std::int64_t inserted,
          session.execute(
              "INSERT INTO refresh_family (id, sub, client_id, created_at, expires_at, ends_at) "
              "SELECT CAST(:1 AS TEXT), sub, CAST(:2 AS TEXT), CAST(:3 AS BIGINT), "
              "CAST(:4 AS BIGINT), CAST(:5 AS BIGINT) FROM credential WHERE sub = :6",
              {id, std::string(client_id), to_epoch_ms(now), to_epoch_ms(expires_at),
               to_epoch_ms(ends_at), std::string(sub)}));
  if (inserted == 0) return refused("nobody of that sub");
  Secret token = make_random_token();
  TRY(insert_token(session, id, token, now));
  return Begun{.grant = {.sub = std::string(sub),
                         .refresh_token = std::move(token),
                         .lasts = seconds_until(ends_at, now)},
               .family_id = std::move(id)};
}

Result<Sessions::Grant> Sessions::refresh(const Secret& token, std::string_view client_id) {
  const std::string digest = digest_of(token);
  // Most of what is guessed ends here, and costs the writer nothing.
  TRY_LET(const auto known, within("refresh", database_.read([&](sql::Session& session) {
            return find_token<Found>(session, digest);
          })));
  if (!known) return refused("an unknown token");
  // A refusal must not undo what goes with it, so the work itself succeeds.
  std::optional<Result<Grant>> outcome;
  bool reused = false;
  const std::function<Status(sql::Session&)> work = [&](sql::Session& session) -> Status {
    reused = false;
    outcome = refresh(session, digest, client_id, reused);
    if (!*outcome && outcome->error().code != ErrorCode::unauthenticated)
      return std::unexpected(outcome->error());
    return {};
  };
  TRY(within("refresh", database_.write(work)));
  if (reused)
    log(LogLevel::warning, "session ended by reuse of a token",
        {{"client", client_id}, {"reason", outcome->error().message}});
  return std::move(*outcome);
}

Result<Sessions::Grant> Sessions::refresh(sql::Session& session, const std::string& digest,
                                          std::string_view client_id, bool& reused) {
  const Instant now = clock_.now();
  TRY_LET(const auto found, find_token<Found>(session, digest));
  if (!found) return refused("an unknown token");
  if (found->client_id != client_id) return refused("a token of another client");
  if (found->ends_at <= now) return refused("a session that has ended");
  TRY_LET(const bool taken, take(session, digest, *found, now));
  if (!taken) {
    reused = true;
    TRY(session.execute("DELETE FROM refresh_family WHERE id = :1", {found->family_id}));
    return refused("a token of '" + found->sub + "' that was used before");
  }
  return next(session, *found, now);
}

/// Uses the token up; false if that was done before. Conditional updates, so that of two nodes one
/// wins.
Result<bool> Sessions::take(sql::Session& session, const std::string& digest, const Found& found,
                            Instant now) {
  const std::int64_t at = to_epoch_ms(now);
  if (!found.used_at) {
    TRY_LET(const std::int64_t first, session.execute("UPDATE refresh_token SET used_at = :1 "
                                                      "WHERE digest = :2 AND used_at IS NULL",
                                                      {at, digest}));
    if (first == 1) {
      // The sibling of one that was repeated.
      TRY(
          session.execute("UPDATE refresh_token SET used_at = :1 "
                          "WHERE family_id = :2 AND used_at IS NULL",
                          {at, found.family_id}));
      return true;
    }
  }
  if (found.was_repeated || now - found.used_at.value_or(now) > kGrace) return false;
  TRY_LET(const std::int64_t second, session.execute("UPDATE refresh_token SET repeated_at = :1 "
                                                     "WHERE digest = :2 AND repeated_at IS NULL",
                                                     {at, digest}));
  return second == 1;
}

Result<Sessions::Grant> Sessions::next(sql::Session& session, const Found& found, Instant now) {
  const Instant ends_at = std::min(found.expires_at, now + lifetimes_.idle_max);
  TRY_LET(const std::int64_t kept,
          session.execute("UPDATE refresh_family SET ends_at = :1 WHERE id = :2",
                          {to_epoch_ms(ends_at), found.family_id}));
  if (kept == 0) return refused("a session that was ended meanwhile");
  Secret token = make_random_token();
  TRY(insert_token(session, found.family_id, token, now));
  return Grant{
      .sub = found.sub, .refresh_token = std::move(token), .lasts = seconds_until(ends_at, now)};
}

Result<bool> Sessions::end(const Secret& token, std::string_view client_id) {
  const std::string digest = digest_of(token);
  TRY_LET(const auto known, within("end session", database_.read([&](sql::Session& session) {
            return find_token<Found>(session, digest);
          })));
  if (!known || known->client_id != client_id) return false;
  return within("end session", database_.write([&](sql::Session& session) -> Result<bool> {
    TRY_LET(const std::int64_t removed,
            session.execute("DELETE FROM refresh_family WHERE id = :1", {known->family_id}));
    return removed > 0;
  }));
}

Status Sessions::sweep() {
  const Instant now = clock_.now();
  const std::function<Status(sql::Session&)> work = [&](sql::Session& session) -> Status {
    TRY(
        session.execute("DELETE FROM refresh_family WHERE id IN (SELECT id FROM refresh_family "
                        "WHERE ends_at <= :1 ORDER BY ends_at LIMIT :2)",
                        {to_epoch_ms(now), kBatchMax}));
    TRY(
        session.execute("DELETE FROM refresh_token WHERE digest IN (SELECT digest FROM "
                        "refresh_token WHERE used_at <= :1 ORDER BY used_at LIMIT :2)",
                        {to_epoch_ms(now - kUsedKept), kBatchMax}));
    return {};
  };
  return within("sweep sessions", database_.write(work));
}

}  // namespace tintype::gateway

#include "gateway/issuer/credentials.h"

#include <functional>
#include <mutex>
#include <optional>
#include <utility>

#include "base/random.h"
#include "base/text.h"
#include "crypto/password.h"
#include "gateway/identity.h"

namespace tintype::gateway {

namespace {

struct Person {
  std::string sub;
  std::string password_hash;
};

Result<std::optional<Person>> find_person(sql::Database& database, const std::string& key) {
  return database.read([&](sql::Session& session) -> Result<std::optional<Person>> {
    TRY_LET(const sql::Rows rows,
            session.query("SELECT sub, password_hash FROM credential WHERE name_key = :1", {key}));
    if (rows.empty()) return std::nullopt;
    return Person{.sub = rows.front().text(0), .password_hash = rows.front().text(1)};
  });
}

Result<bool> is_taken(sql::Database& database, const SignInName& name) {
  return database.read([&](sql::Session& session) -> Result<bool> {
    TRY_LET(const sql::Rows rows,
            session.query("SELECT 1 FROM credential WHERE name_key = :1 OR name_skeleton = :2 "
                          "LIMIT 1",
                          {name.key(), name.skeleton()}));
    return !rows.empty();
  });
}

std::unexpected<Error> taken() { return fail(ErrorCode::conflict, "the name is taken"); }

Status insert_person(sql::Session& session, const std::string& sub, Instant now) {
  TRY(
      session.execute("INSERT INTO person (sub, created_at) VALUES (:1, :2) "
                      "ON CONFLICT (sub) DO NOTHING",
                      {sub, to_epoch_ms(now)}));
  return {};
}

}  // namespace

PersonCredentials::PersonCredentials(sql::Database& database, metrics::Registry& registry,
                                     const Clock& clock)
    : database_(database),
      hashes_(registry.counter("tintype_issuer_password_hashes_total",
                               "Passwords that were hashed, to be kept or compared")),
      clock_(clock) {}

Result<std::string> PersonCredentials::hash(const Secret& password) {
  hashes_.add();
  return crypto::hash_password(normal_password(password));
}

/// Made at the first need; a failure (no memory) is not kept.
Result<std::string> PersonCredentials::hash_of_nobody() {
  static std::mutex mutex;  // Guards hash.
  static std::string hash;
  const std::lock_guard lock(mutex);
  if (!hash.empty()) return hash;
  TRY_LET(hash, crypto::hash_password(Secret(to_hex(as_bytes(random_bytes(16))))));
  return hash;
}

Result<std::string> PersonCredentials::add(const SignInName& name, const Secret& password) {
  // Seen before the costly part; the insert below decides.
  TRY_LET(const bool known, within("sign up", is_taken(database_, name)));
  if (known) return taken();
  TRY_LET(const std::string hashed, within("sign up", hash(password)));
  const std::string sub = make_id();
  const Instant now = clock_.now();
  const std::function<Status(sql::Session&)> insert = [&](sql::Session& session) -> Status {
    TRY(insert_person(session, sub, now));
    TRY_LET(
        const std::int64_t inserted,
        session.execute("INSERT INTO credential "
                        "(sub, name, name_key, name_skeleton, password_hash, changed_at) "
                        "VALUES (:1, :2, :3, :4, :5, :6) ON CONFLICT DO NOTHING",
                        {sub, name.str(), name.key(), name.skeleton(), hashed, to_epoch_ms(now)}));
    if (inserted == 0) return taken();
    return {};
  };
  TRY(within("sign up", database_.write(insert)));
  return sub;
}

Status PersonCredentials::save(std::string_view whose, std::string_view called,
                               const Secret& password) {
  const std::string sub(whose);
  if (sub.empty() || sub.size() > Identity::kSubjectSizeMax || !is_utf8(sub))
    return fail(ErrorCode::invalid_argument, "person: the sub must be 1 to 128 bytes of UTF-8");
  TRY_LET(const SignInName name, within("person's name", SignInName::parse(called)));
  TRY_LET(const std::string hashed, within("person", hash(password)));
  const Instant now = clock_.now();
  const std::function<Status(sql::Session&)> write = [&](sql::Session& session) -> Status {
    TRY(insert_person(session, sub, now));
    TRY(
        session.execute("INSERT INTO credential "
                        "(sub, name, name_key, name_skeleton, password_hash, changed_at) "
                        "VALUES (:1, :2, :3, :4, :5, :6) ON CONFLICT (sub) DO UPDATE SET "
                        "name = excluded.name, name_key = excluded.name_key, "
                        "name_skeleton = excluded.name_skeleton, "
                        "password_hash = excluded.password_hash, changed_at = excluded.changed_at",
                        {sub, name.str(), name.key(), name.skeleton(), hashed, to_epoch_ms(now)}));
    // Whoever signed in with the old password did not sign in with this one.
    TRY(session.execute("DELETE FROM authorization_code WHERE sub = :1", {sub}));
    TRY(session.execute("DELETE FROM refresh_family WHERE sub = :1", {sub}));
    return {};
  };
  return within("save person '" + name.str() + "'", database_.write(write));
}

Result<bool> PersonCredentials::exists(std::string_view sub) {
  return database_.read([&](sql::Session& session) -> Result<bool> {
    TRY_LET(const sql::Rows rows,
            session.query("SELECT 1 FROM credential WHERE sub = :1", {std::string(sub)}));
    return !rows.empty();
  });
}

Result<std::string> PersonCredentials::check(std::string_view called, const Secret& password) {
  // Made before the person is looked up, so that also the first call does the same for both.
  TRY_LET(const std::string nobody, hash_of_nobody());
  std::optional<Person> person;
  if (const auto name = SignInName::parse(called)) {
    TRY_LET(person, within("sign in", find_person(database_, name->key())));
  }
  hashes_.add();
  const bool matches =
      crypto::verify_password(person ? person->password_hash : nobody, normal_password(password));
  if (!person || !matches)
    return fail(ErrorCode::unauthenticated, "sign in: unknown name or wrong password");
  return person->sub;
}

}  // namespace tintype::gateway

// Who can sign in at the embedded issuer (issuer.h).
#include <algorithm>
#include <mutex>
#include <optional>
#include <string>

#include "base/random.h"
#include "base/text.h"
#include "crypto/password.h"
#include "gateway/identity.h"
#include "gateway/issuer.h"

namespace tintype::gateway {

namespace {

Status check_text(std::string_view what, std::string_view text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (text.empty() || text.size() > Identity::kSubjectSizeMax || !is_utf8(text) ||
      std::ranges::any_of(text, is_control))
    return fail(ErrorCode::invalid_argument,
                "person: the " + std::string(what) +
                    " must be 1 to 128 bytes of UTF-8 without control characters");
  return {};
}

/// The hash of a password that nobody has, so that an unknown name costs what a known one does.
/// Made at the first need; a failure (no memory) is not kept.
Result<std::string> hash_of_nobody() {
  static std::mutex mutex;  // Guards hash.
  static std::string hash;
  const std::lock_guard lock(mutex);
  if (!hash.empty()) return hash;
  TRY_LET(hash, crypto::hash_password(Secret(to_hex(as_bytes(random_bytes(16))))));
  return hash;
}

struct Person {
  std::string sub;
  std::string password_hash;
};

Result<std::optional<Person>> find_person(sql::Database& database, std::string_view name) {
  return database.read([&](sql::Session& session) -> Result<std::optional<Person>> {
    TRY_LET(const sql::Rows rows,
            session.query("SELECT sub, password_hash FROM credential WHERE name_key = :1",
                          {to_lower(name)}));
    if (rows.empty()) return std::nullopt;
    return Person{.sub = rows.front().text(0), .password_hash = rows.front().text(1)};
  });
}

}  // namespace

Result<bool> person_exists(sql::Database& database, std::string_view sub) {
  return database.read([&](sql::Session& session) -> Result<bool> {
    TRY_LET(const sql::Rows rows,
            session.query("SELECT 1 FROM credential WHERE sub = :1", {std::string(sub)}));
    return !rows.empty();
  });
}

Status save_person(sql::Database& database, std::string_view sub, std::string_view name,
                   const Secret& password, Instant now) {
  TRY(check_text("sub", sub));
  TRY(check_text("name", name));
  TRY_LET(const std::string hash, within("person", crypto::hash_password(password)));
  return within(
      "save person '" + std::string(name) + "'",
      database.write(std::function<Status(sql::Session&)>([&](sql::Session& session) -> Status {
        TRY(
            session.execute("INSERT INTO person (sub, created_at) VALUES (:1, :2) "
                            "ON CONFLICT (sub) DO NOTHING",
                            {std::string(sub), to_epoch_ms(now)}));
        TRY(session.execute(
            "INSERT INTO credential "
            "(sub, name, name_key, name_skeleton, password_hash, changed_at) "
            "VALUES (:1, :2, :3, :4, :5, :6) ON CONFLICT (sub) DO UPDATE SET "
            "name = excluded.name, name_key = excluded.name_key, "
            "name_skeleton = excluded.name_skeleton, "
            "password_hash = excluded.password_hash, changed_at = excluded.changed_at",
            {std::string(sub), std::string(name), to_lower(name), to_lower(name), hash,
             to_epoch_ms(now)}));
        return {};
      })));
}

Result<std::string> check_password(sql::Database& database, std::string_view name,
                                   const Secret& password) {
  // Looked up before the person is, so that also the first call takes the same time for both.
  TRY_LET(const std::string nobody, hash_of_nobody());
  std::optional<Person> person;
  if (check_text("name", name)) {
    TRY_LET(person, find_person(database, name));
  }
  const bool matches = crypto::verify_password(person ? person->password_hash : nobody, password);
  if (!person || !matches)
    return fail(ErrorCode::unauthenticated, "sign in: unknown name or wrong password");
  return person->sub;
}

}  // namespace tintype::gateway

#include "people/persons.h"

#include <algorithm>
#include <utility>

#include "people/prose.h"

namespace tintype::people {
namespace {

constexpr std::string_view kColumns =
    "SELECT sub, handle, display_name, bio, revision, created_at, updated_at FROM person ";

Profile read_profile(const sql::Row& row) {
  return {.sub = row.text(0),
          .handle = row.text(1),
          .display_name = row.text(2),
          .bio = row.text(3),
          .revision = row.integer(4),
          .created_at = from_epoch_ms(row.integer(5)),
          .updated_at = from_epoch_ms(row.integer(6))};
}

/// Of who has a handle already.
Result<std::optional<Profile>> find_own(sql::Session& session, std::string_view sub) {
  TRY_LET(const sql::Rows rows,
          session.query(std::string(kColumns) + "WHERE sub = :1 AND handle IS NOT NULL",
                        {std::string(sub)}));
  if (rows.empty()) return std::nullopt;
  return read_profile(rows.front());
}

/// Takes the handle for `sub` unless somebody else has the right to it. One whose time is over, or
/// that `sub` gave up, is free.
Result<bool> take_handle(sql::Session& session, const Handle& handle, const std::string& sub,
                         Instant now) {
  TRY(
      session.execute("DELETE FROM handle WHERE handle = :1 AND kept_until IS NOT NULL "
                      "AND (kept_until <= :2 OR sub = :3)",
                      {handle.str(), to_epoch_ms(now), sub}));
  TRY_LET(const std::int64_t taken,
          session.execute("INSERT INTO handle (handle, sub) VALUES (:1, :2) "
                          "ON CONFLICT (handle) DO NOTHING",
                          {handle.str(), sub}));
  return taken == 1;
}

Result<Handle> take_suggested(sql::Session& session, const Caller& caller, Instant now) {
  const std::string& hint = caller.name.empty() ? caller.email : caller.name;
  // Those without the hint are random: the second of them is as good as sure to be free.
  for (int attempt = 0; attempt < Handle::kHintedAttempts + 2; ++attempt) {
    const Handle handle = Handle::suggest(hint, attempt);
    TRY_LET(const bool taken, take_handle(session, handle, caller.sub, now));
    if (taken) return handle;
  }
  return fail(ErrorCode::unavailable, "no free handle found");
}

}  // namespace

Result<bool> is_deleted(sql::Session& session, std::string_view sub) {
  TRY_LET(const sql::Rows rows,
          session.query("SELECT 1 FROM deletion WHERE sub = :1", {std::string(sub)}));
  return !rows.empty();
}

Result<Profile> Persons::own(const Caller& caller) {
  TRY_LET(auto profile, within("profile", database_.read([&](sql::Session& session) {
            return find_own(session, caller.sub);
          })));
  if (profile) return *std::move(profile);
  return within("profile",
                database_.write([&](sql::Session& session) { return own(session, caller); }));
}

Result<Profile> Persons::own(sql::Session& session, const Caller& caller) {
  TRY_LET(auto profile, find_own(session, caller.sub));
  if (profile) return *std::move(profile);
  return make(session, caller);
}

Result<Profile> Persons::make(sql::Session& session, const Caller& caller) {
  TRY_LET(const bool deleted, is_deleted(session, caller.sub));
  if (deleted) return fail(ErrorCode::denied, "the person was deleted");
  const Instant now = clock_.now();
  TRY(
      session.execute("INSERT INTO person (sub, created_at) VALUES (:1, :2) "
                      "ON CONFLICT (sub) DO NOTHING",
                      {caller.sub, to_epoch_ms(now)}));
  TRY_LET(const Handle handle, take_suggested(session, caller, now));
  const auto name = parse_prose(caller.name, kDisplayNameRule);
  TRY_LET(
      const std::int64_t named,
      session.execute("UPDATE person SET handle = :1, display_name = :2, revision = 1, "
                      "updated_at = :3 WHERE sub = :4 AND handle IS NULL",
                      {handle.str(), name ? *name : handle.str(), to_epoch_ms(now), caller.sub}));
  // Another node answered the same person in this moment: theirs counts.
  if (named != 1) TRY(session.execute("DELETE FROM handle WHERE handle = :1", {handle.str()}));
  TRY_LET(auto made, find_own(session, caller.sub));
  if (!made) return fail(ErrorCode::unavailable, "the person was deleted in this moment");
  return *std::move(made);
}

Result<Profile> Persons::find(const Handle& handle) {
  return within("find person", database_.read([&](sql::Session& session) -> Result<Profile> {
    TRY_LET(const sql::Rows rows,
            session.query(std::string(kColumns) + "WHERE sub = (SELECT sub FROM handle "
                                                  "WHERE handle = :1 AND kept_until IS NULL)",
                          {handle.str()}));
    if (rows.empty()) return fail(ErrorCode::not_found, "nobody has this handle");
    return read_profile(rows.front());
  }));
}

/// Moves the person from one handle to another.
Result<Persons::Outcome> Persons::claim(sql::Session& session, const Profile& current,
                                        const Handle& next) {
  const Instant now = clock_.now();
  // After this change there would be one more, or as many if it takes one of them back.
  TRY_LET(const sql::Rows kept,
          session.query("SELECT COUNT(*) FROM handle WHERE sub = :1 AND kept_until > :2 "
                        "AND handle <> :3",
                        {current.sub, to_epoch_ms(now), next.str()}));
  if (kept.front().integer(0) >= kHandlesKeptMax) return Outcome::too_many_handles;
  TRY_LET(const bool taken, take_handle(session, next, current.sub, now));
  if (!taken) return Outcome::handle_taken;
  TRY(session.execute("UPDATE handle SET kept_until = :1 WHERE handle = :2",
                      {to_epoch_ms(now + kHandleKept), current.handle}));
  return Outcome::saved;
}

Result<Persons::Edited> Persons::edit(const Caller& caller,
                                      const std::vector<std::int64_t>& revisions,
                                      const ProfileEdit& edit) {
  return within("edit profile", database_.write([&](sql::Session& session) -> Result<Edited> {
    TRY_LET(const Profile current, own(session, caller));
    if (!revisions.empty() && std::ranges::find(revisions, current.revision) == revisions.end())
      return Edited{Outcome::changed_meanwhile, current};
    if (edit.handle.str() != current.handle) {
      TRY_LET(const Outcome claimed, claim(session, current, edit.handle));
      if (claimed != Outcome::saved) return Edited{claimed, current};
    }
    Profile next = current;
    next.handle = edit.handle.str();
    next.display_name = edit.display_name;
    next.bio = edit.bio;
    next.revision = current.revision + 1;
    next.updated_at = clock_.now();
    TRY_LET(const std::int64_t saved,
            session.execute("UPDATE person SET handle = :1, display_name = :2, bio = :3, "
                            "revision = :4, updated_at = :5 WHERE sub = :6 AND revision = :7",
                            {next.handle, next.display_name, next.bio, next.revision,
                             to_epoch_ms(next.updated_at), next.sub, current.revision}));
    if (saved != 1) return fail(ErrorCode::unavailable, "another node changed it in this moment");
    return Edited{Outcome::saved, std::move(next)};
  }));
}

}  // namespace tintype::people

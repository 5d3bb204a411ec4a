#include "people/deletions.h"

#include <algorithm>
#include <functional>

#include "people/persons.h"
#include "upload/owner_slots.h"

namespace tintype::people {
namespace {

/// The rows that people itself keeps, but for the activities, which may be many. The handle stays
/// for a while, with nobody's name on it, so that nobody else slips into it.
Status erase_profile(sql::Session& session, const std::string& sub, Instant now) {
  TRY(
      session.execute("UPDATE handle SET sub = '', kept_until = COALESCE(kept_until, :1) "
                      "WHERE sub = :2",
                      {to_epoch_ms(now + Persons::kHandleKept), sub}));
  TRY(session.execute("DELETE FROM person WHERE sub = :1", {sub}));
  return {};
}

}  // namespace

Status Deletions::order(std::string_view whose) {
  const std::string sub(whose);
  const Instant now = clock_.now();
  const std::function<Status(sql::Session&)> begin = [&](sql::Session& session) {
    return this->begin(session, sub, now);
  };
  TRY(within("delete person", database_.write(begin)));
  belongings_.ordered();
  return {};
}

Status Deletions::begin(sql::Session& session, const std::string& sub, Instant now) {
  TRY_LET(const std::int64_t marked,
          session.execute("INSERT INTO deletion (sub, ordered_at) VALUES (:1, :2) "
                          "ON CONFLICT (sub) DO NOTHING",
                          {sub, to_epoch_ms(now)}));
  if (marked == 0) return {};  // It is on its way already.
  TRY(belongings_.sign_out(session, sub));
  TRY(erase_profile(session, sub, now));
  TRY(upload::revoke_slots(session, sub, now));
  TRY(belongings_.disown(session, sub, now));
  return belongings_.order(session, sub, now);
}

Result<std::optional<Instant>> Deletions::advance(std::string_view sub) {
  // Before the files are listed: what is in flight then may leave some behind that we did not see.
  TRY_LET(const bool in_flight, within("delete person", database_.read([&](sql::Session& session) {
            return upload::slots_in_flight(session, sub);
          })));
  TRY(within("delete files", belongings_.remove_files(sub)));
  TRY(within("delete activities", remove_activities(sub)));
  if (in_flight) return clock_.now() + kInFlightPause;
  return within("delete person", finish(sub));
}

Status Deletions::remove_activities(std::string_view sub) {
  for (std::int64_t removed = kBatchMax; removed == kBatchMax;) {
    TRY_LET(removed, database_.write([&](sql::Session& session) {
      return session.execute(
          "DELETE FROM activity WHERE id IN "
          "(SELECT id FROM activity WHERE sub = :1 ORDER BY id LIMIT :2)",
          {std::string(sub), kBatchMax});
    }));
  }
  return {};
}

/// The last rows, if their time has come.
Result<std::optional<Instant>> Deletions::finish(std::string_view whose) {
  const std::string sub(whose);
  return database_.write([&](sql::Session& session) -> Result<std::optional<Instant>> {
    TRY_LET(const sql::Rows marks,
            session.query("SELECT ordered_at FROM deletion WHERE sub = :1", {sub}));
    if (marks.empty()) return std::nullopt;  // It ended long ago.
    TRY_LET(const auto expiry, upload::last_slot_expiry(session, sub));
    Instant due_at = from_epoch_ms(marks.front().integer(0)) + kStragglersMax;
    if (expiry) due_at = std::max(due_at, *expiry);
    const Instant now = clock_.now();
    if (now < due_at) return due_at;
    // What another node may have let in, in the moment of the order, goes with the rest.
    TRY(belongings_.sign_out(session, sub));
    TRY(erase_profile(session, sub, now));
    TRY(session.execute("DELETE FROM activity WHERE sub = :1", {sub}));
    TRY(upload::forget_slots(session, sub));
    TRY(session.execute("UPDATE deletion SET ended_at = :1 WHERE sub = :2",
                        {to_epoch_ms(now), sub}));
    return std::nullopt;
  });
}

Result<std::int64_t> Deletions::sweep() {
  return within("sweep deletions",
                database_.write([&](sql::Session& session) { return sweep(session); }));
}

Result<std::int64_t> Deletions::sweep(sql::Session& session) {
  const Instant now = clock_.now();
  TRY(session.execute("DELETE FROM handle WHERE kept_until <= :1", {to_epoch_ms(now)}));
  TRY_LET(const sql::Rows marks,
          session.query("SELECT sub FROM deletion WHERE ended_at IS NOT NULL AND ordered_at <= :1 "
                        "ORDER BY sub LIMIT :2",
                        {to_epoch_ms(now - kMarkKept), kBatchMax}));
  for (const sql::Row& mark : marks) {
    TRY(belongings_.forget(session, mark.text(0)));
    TRY(session.execute("DELETE FROM deletion WHERE sub = :1", {mark.text(0)}));
  }
  return static_cast<std::int64_t>(marks.size());
}

}  // namespace tintype::people

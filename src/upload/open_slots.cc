// How slots come to be: within their policy, within their owner's limits, once for one key.
#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <utility>

#include "base/assert.h"
#include "base/random.h"
#include "base/text.h"
#include "upload/content_types.h"
#include "upload/owner_slots.h"
#include "upload/slot_row.h"
#include "upload/slots.h"

namespace tintype::upload {

namespace {

namespace json = boost::json;
using Opened = Slots::Opened;

constexpr std::chrono::milliseconds kHour = std::chrono::hours(1);
constexpr std::chrono::milliseconds kDay = std::chrono::hours(24);

Opened over(Opened::Limit limit, std::chrono::milliseconds retry_after) {
  return {.outcome = Opened::Outcome::over_limit,
          .slots = {},
          .limit = limit,
          .retry_after = std::max(retry_after, std::chrono::milliseconds(1'000))};
}

/// Which limit `slots` would break, if any.
Result<std::optional<Opened>> check_limits(sql::Session& session, const std::vector<Slot>& slots,
                                           const OwnerLimits& limits, Instant now) {
  const auto count = static_cast<std::int64_t>(slots.size());
  std::int64_t bytes = 0;
  for (const Slot& slot : slots) bytes += slot.size.value_or(slot.size_max);
  const std::string& collection = slots.front().collection;
  const bucket::Owner& owner = slots.front().owner;
  const std::int64_t count_max = std::min(limits.waiting_max, limits.per_hour);
  TRY_LET(const UsageBound bound, read_usage_bound(session, collection, owner, now, count_max));
  if (bound.count + count <= count_max && bound.bytes + bytes <= limits.bytes_per_day)
    return std::nullopt;
  TRY_LET(const Usage used, read_usage(session, collection, owner, now));
  if (used.waiting + count > limits.waiting_max)
    return over(Opened::Limit::waiting, used.waits_until - now);
  if (used.in_hour + count > limits.per_hour)
    return over(Opened::Limit::per_hour, used.hour_begins + kHour - now);
  if (used.bytes_in_day + bytes > limits.bytes_per_day)
    return over(Opened::Limit::bytes_per_day, used.day_begins + kDay - now);
  return std::nullopt;
}

/// What was answered to this key before, if it was.
Result<std::optional<Opened>> find_answered(sql::Session& session, const Slot& slot,
                                            const IdempotencyKey& idempotency) {
  TRY_LET(const sql::Rows rows,
          session.query("SELECT fingerprint, answer FROM idempotency"
                        " WHERE collection = :1 AND owner = :2 AND key = :3",
                        {slot.collection, slot.owner.str(), idempotency.key}));
  if (rows.empty()) return std::nullopt;
  if (rows[0].text(0) != idempotency.fingerprint)
    return Opened{.outcome = Opened::Outcome::key_reused, .slots = {}};
  boost::system::error_code error;
  const json::value ids = json::parse(rows[0].text(1), error);
  if (error || !ids.is_array()) return fail(ErrorCode::corrupt, "answer of an idempotency key");
  Opened answered{.outcome = Opened::Outcome::replayed, .slots = {}};
  for (const json::value& id : ids.get_array()) {
    if (!id.is_string()) return fail(ErrorCode::corrupt, "answer of an idempotency key");
    TRY_LET(Slot before, read_slot(session, std::string_view(id.get_string())));
    answered.slots.push_back(std::move(before));
  }
  return answered;
}

Status remember(sql::Session& session, const std::vector<Slot>& slots,
                const IdempotencyKey& idempotency, Instant now) {
  json::array ids;
  for (const Slot& slot : slots) ids.emplace_back(slot.id);
  TRY(
      session.execute("INSERT INTO idempotency (collection, owner, key, fingerprint, answer,"
                      " created_at) VALUES (:1, :2, :3, :4, :5, :6)",
                      {slots.front().collection, slots.front().owner.str(), idempotency.key,
                       idempotency.fingerprint, json::serialize(ids), to_epoch_ms(now)}));
  return {};
}

/// Of what is opened, `slots` stay with `opening` until it is committed.
Result<Opened> open_one(sql::Session& session, const Slots::Opening& opening, Instant now) {
  const std::vector<Slot>& slots = opening.slots;
  ASSERT(!slots.empty());
  TRY_LET(const bool is_gone, is_deleted(session, slots.front().owner.str()));
  if (is_gone) return Opened{.outcome = Opened::Outcome::owner_gone, .slots = {}};
  if (opening.idempotency) {
    TRY_LET(auto answered, find_answered(session, slots.front(), *opening.idempotency));
    if (answered) return *std::move(answered);
  }
  TRY_LET(auto refused, check_limits(session, slots, opening.policy.limits, now));
  if (refused) return *std::move(refused);
  for (const Slot& slot : slots) TRY(insert_slot(session, slot));
  if (opening.idempotency) TRY(remember(session, slots, *opening.idempotency, now));
  return Opened{.outcome = Opened::Outcome::opened, .slots = {}};
}

}  // namespace

Result<Slot> Slots::prepare(const Wanted& wanted) const {
  const Policy& policy = wanted.policy;
  const std::string content_type = to_lower(wanted.content_type);
  const auto extension = extension_of(content_type);
  if (!extension || std::ranges::find(policy.types, content_type) == policy.types.end())
    return fail(ErrorCode::unsupported, "open slot: type is not allowed");
  if (wanted.size && *wanted.size <= 0)
    return fail(ErrorCode::invalid_argument, "open slot: size is not positive");
  if (wanted.size && *wanted.size > policy.size_max)
    return fail(ErrorCode::too_large, "open slot: size is over the policy's size_max");
  if (std::ranges::find(policy.methods, wanted.method) == policy.methods.end())
    return fail(ErrorCode::invalid_argument,
                "\"method\" cannot be " + std::string(to_string(wanted.method)) + " here.");
  const bool in_parts = wanted.method == Method::multipart;
  if (in_parts && !wanted.size)
    return fail(ErrorCode::invalid_argument, "An upload in parts needs its \"size\".");

  const std::string id = make_id();
  const Instant now = clock_.now();
  return Slot{.id = id,
              .collection = policy.collection,
              .owner = wanted.owner,
              .bucket = wanted.bucket,
              .key = bucket::upload_key(policy.collection, wanted.owner, id, *extension),
              .content_type = content_type,
              .size = wanted.size,
              .size_max = policy.size_max,
              .state = State::waiting,
              .reason = {},
              .assets = {},
              .created_at = now,
              .expires_at = now + (in_parts ? policy.multipart_ttl : policy.slot_ttl),
              .method = wanted.method,
              .multipart_id = {},
              .part_size = in_parts ? policy.part_size : 0};
}

Result<Opened> Slots::open(std::vector<Slot> slots, const Policy& policy,
                           const std::optional<IdempotencyKey>& idempotency) {
  Opening opening{.slots = std::move(slots), .policy = policy, .idempotency = idempotency};
  open_all(std::array{&opening});
  return std::move(opening.opened);
}

void Slots::open_all(std::span<Opening* const> openings) {
  const Instant now = clock_.now();
  const Status written = database_.write([&](sql::Session& session) -> Status {
    for (Opening* const opening : openings) {
      opening->opened = open_one(session, *opening, now);
      if (!opening->opened) return std::unexpected(opening->opened.error());
    }
    return {};
  });
  // What is one request's own fault (two nodes that remember the same key) must not be another's.
  if (!written && written.error().code != ErrorCode::unavailable && openings.size() > 1) {
    for (Opening* const opening : openings) open_all(std::span(&opening, 1));
    return;
  }
  for (Opening* const opening : openings) {
    if (!written)
      opening->opened = within("open slots", Result<Opened>(std::unexpected(written.error())));
    else if (opening->opened->outcome == Opened::Outcome::opened)
      opening->opened->slots = std::move(opening->slots);
  }
}

}  // namespace tintype::upload

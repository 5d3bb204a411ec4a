#include "upload/slots.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/random.h"
#include "base/text.h"
#include "upload/content_types.h"
#include "upload/slot_row.h"

namespace tintype::upload {

namespace {

constexpr std::string_view kUsed = "this upload URL was already used";

/// Whether the PUT is the very one that `slot` was opened for. The client sees these messages.
Status check_intent(const Slot& slot, const bucket::PutOptions& options) {
  if (!equals_ignoring_case(options.content_type, slot.content_type))
    return fail(ErrorCode::invalid_argument, "Content-Type is " + options.content_type +
                                                 ", the slot takes " + slot.content_type);
  if (!options.size) return fail(ErrorCode::invalid_argument, "Content-Length is missing");
  const std::string size = "Content-Length is " + std::to_string(*options.size);
  if (slot.size && std::cmp_not_equal(*options.size, *slot.size))
    return fail(ErrorCode::invalid_argument,
                size + ", the slot takes exactly " + std::to_string(*slot.size));
  if (*options.size == 0) return fail(ErrorCode::invalid_argument, size + ", which is no picture");
  if (std::cmp_greater(*options.size, slot.size_max))
    return fail(ErrorCode::too_large,
                size + ", which is over the limit of " + std::to_string(slot.size_max));
  return {};
}

bool size_fits(const Slot& slot, std::uint64_t size) {
  return slot.size ? std::cmp_equal(size, *slot.size) : std::cmp_less_equal(size, slot.size_max);
}

}  // namespace

std::string_view to_string(State state) {
  switch (state) {
    case State::waiting: return "waiting";
    case State::received: return "received";
    case State::processing: return "processing";
    case State::ready: return "ready";
    case State::failed: return "failed";
    case State::superseded: return "superseded";
  }
  __builtin_unreachable();
}

bool is_final(State state) {
  return state == State::ready || state == State::failed || state == State::superseded;
}

Slots::Slots(sql::Database& database, const Clock& clock) : database_(database), clock_(clock) {}
Slots::~Slots() = default;

Result<Slot> Slots::open(const Wanted& wanted) {
  const Policy& policy = wanted.policy;
  const std::string content_type = to_lower(wanted.content_type);
  const auto extension = extension_of(content_type);
  if (!extension || std::ranges::find(policy.types, content_type) == policy.types.end())
    return fail(ErrorCode::unsupported, "open slot: type is not allowed");
  if (wanted.size && *wanted.size <= 0)
    return fail(ErrorCode::invalid_argument, "open slot: size is not positive");
  if (wanted.size && *wanted.size > policy.size_max)
    return fail(ErrorCode::too_large, "open slot: size is over the policy's size_max");

  const std::string id = make_id();
  const Instant now = clock_.now();
  Slot slot{.id = id,
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
            .expires_at = now + policy.slot_ttl};
  TRY(within(
      "open slot",
      database_.write(std::function<Status(sql::Session&)>([&](sql::Session& session) -> Status {
        TRY_LET(const sql::Rows rows,
                session.query("SELECT count(*) FROM slot WHERE collection = :1 AND owner = "
                              ":2 AND state = 'waiting' AND expires_at > :3",
                              {slot.collection, slot.owner.str(), to_epoch_ms(now)}));
        if (rows.front().integer(0) >= kWaitingMax)
          return fail(ErrorCode::conflict, "too many wait already");
        return insert_slot(session, slot);
      }))));
  return slot;
}

Result<Slot> Slots::find(std::string_view id) {
  TRY_LET(Slot slot,
          database_.read([id](sql::Session& session) { return read_slot(session, id); }));
  if (slot.state == State::waiting && slot.expires_at <= clock_.now()) {
    slot.state = State::failed;
    slot.reason = kExpired;
  }
  return slot;
}

Status Slots::admit(const bucket::PutIntent& intent) {
  TRY_LET(const std::optional<Slot> slot, database_.read([&](sql::Session& session) {
    return read_slot_of(session, intent.bucket, intent.key);
  }));
  // A key that has no slot is no business of ours: whoever has an access key may presign, too.
  if (!slot) return {};
  // Also for who has an access key: what was uploaded once is on its way, and stays what it was.
  if (slot->state != State::waiting) return fail(ErrorCode::denied, std::string(kUsed));
  if (!intent.options.writer.presigned) return {};
  if (slot->expires_at <= clock_.now())
    return fail(ErrorCode::denied, "this upload URL has expired");
  return check_intent(*slot, intent.options);
}

Status Slots::created(sql::Session& session, const bucket::ObjectInfo& object,
                      const bucket::Writer& writer) {
  TRY_LET(const auto slot, read_slot_of(session, object.bucket, object.key));
  if (!slot) return {};
  if (writer.presigned && !size_fits(*slot, object.size))
    return fail(ErrorCode::invalid_argument, "the body has another size than the slot takes");
  // Of two PUTs that were both admitted, one changes the row, and the other one is undone.
  TRY_LET(const std::int64_t changed_count,
          session.execute("UPDATE slot SET state = 'received', updated_at = :1 "
                          "WHERE id = :2 AND state = 'waiting'",
                          {to_epoch_ms(clock_.now()), slot->id}));
  if (changed_count != 1) return fail(ErrorCode::denied, std::string(kUsed));
  return {};
}

void Slots::committed(const bucket::ObjectInfo& object) {
  if (const auto place = bucket::parse_upload_key(object.key)) changed(place->upload_id);
}

Status Slots::move(sql::Session& session, std::string_view id, State state, std::string_view reason,
                   std::string_view assets) {
  ASSERT(state != State::waiting);
  const auto text_or_null = [](std::string_view text) {
    return text.empty() ? sql::Value(nullptr) : sql::Value(std::string(text));
  };
  TRY(
      session.execute("UPDATE slot SET state = :1, reason = :2, assets = :3, updated_at = :4 "
                      "WHERE id = :5 AND state NOT IN ('ready', 'failed', 'superseded')",
                      {std::string(to_string(state)), text_or_null(reason), text_or_null(assets),
                       to_epoch_ms(clock_.now()), std::string(id)}));
  return {};
}

void Slots::changed(std::string_view id) {
  std::shared_ptr<Signal> signal;
  {
    const std::lock_guard lock(mutex_);
    if (const auto at = signals_.find(id); at != signals_.end()) signal = at->second.lock();
  }
  if (signal) signal->notify();
}

Result<std::int64_t> Slots::sweep(std::chrono::milliseconds kept) {
  const Instant now = clock_.now();
  const sql::Values limits = {to_epoch_ms(now), to_epoch_ms(now - kept)};
  return within("sweep slots", database_.write([&](sql::Session& session) {
    return session.execute(
        "DELETE FROM slot WHERE expires_at <= :1 AND "
        "((state = 'waiting' AND expires_at <= :2) OR "
        "(state IN ('ready', 'failed', 'superseded') AND updated_at <= :2))",
        limits);
  }));
}

std::shared_ptr<Signal> Slots::watch(std::string_view id) {
  const std::lock_guard lock(mutex_);
  if (const auto at = signals_.find(id); at != signals_.end())
    if (auto signal = at->second.lock()) return signal;
  if (signals_.size() >= prune_at_) {
    std::erase_if(signals_, [](const auto& entry) { return entry.second.expired(); });
    prune_at_ = std::max<std::size_t>(64, 2 * signals_.size());
  }
  // Shared by all who watch this slot, and gone with the last of them.
  auto signal = std::make_shared<Signal>();
  signals_[std::string(id)] = signal;
  return signal;
}

}  // namespace tintype::upload

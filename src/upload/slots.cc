#include "upload/slots.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/text.h"
#include "upload/slot_row.h"

namespace tintype::upload {

namespace {

constexpr std::string_view kUsed = "this upload URL was already used";

/// Why nothing can be written to a slot that does not wait. The client sees these messages.
std::unexpected<Error> refuse_ended(const Slot& slot) {
  if (slot.state == State::failed && slot.reason == kCancelled)
    return fail(ErrorCode::denied, "this upload was cancelled");
  return fail(ErrorCode::denied, std::string(kUsed));
}

bucket::WrittenBy written_by(Method method) {
  switch (method) {
    case Method::put: return bucket::WrittenBy::put;
    case Method::post: return bucket::WrittenBy::post;
    case Method::multipart: return bucket::WrittenBy::multipart;
  }
  __builtin_unreachable();
}

/// Whether it is one of the parts that `slot` was opened for.
Status check_part(const Slot& slot, const bucket::PutIntent& intent) {
  if (!intent.part || intent.part->upload_id != slot.multipart_id)
    return fail(ErrorCode::denied, "the slot is filled in parts of another upload");
  const std::int64_t number = intent.part->number;
  if (number < 1 || number > part_count(slot))
    return fail(ErrorCode::invalid_argument, "partNumber is " + std::to_string(number) +
                                                 ", the slot takes 1 to " +
                                                 std::to_string(part_count(slot)));
  const std::int64_t size = part_size(slot, number);
  if (!intent.options.size || std::cmp_not_equal(*intent.options.size, size))
    return fail(ErrorCode::invalid_argument,
                "Content-Length of this part must be " + std::to_string(size));
  return {};
}

/// Whether the PUT is the very one that `slot` was opened for. The client sees these messages.
Status check_intent(const Slot& slot, const bucket::PutIntent& intent) {
  const bucket::PutOptions& options = intent.options;
  if (options.writer.by != written_by(slot.method))
    return fail(ErrorCode::denied, "the slot is filled by " + std::string(to_string(slot.method)));
  if (slot.method == Method::multipart) return check_part(slot, intent);
  if (!equals_ignoring_case(options.content_type, slot.content_type))
    return fail(ErrorCode::invalid_argument, "Content-Type is " + options.content_type +
                                                 ", the slot takes " + slot.content_type);
  // Of a form's file nobody knows the size before its end: created() sees it.
  if (slot.method == Method::post) return {};
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
  if (size == 0) return false;  // No picture.
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

std::int64_t part_count(const Slot& slot) {
  ASSERT(slot.size && slot.part_size > 0);
  return (*slot.size + slot.part_size - 1) / slot.part_size;
}

std::int64_t part_size(const Slot& slot, std::int64_t number) {
  return std::min(slot.part_size, *slot.size - (number - 1) * slot.part_size);
}

Slots::Slots(sql::Database& database, const Clock& clock) : database_(database), clock_(clock) {}
Slots::~Slots() = default;

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
  if (slot->state != State::waiting) return refuse_ended(*slot);
  if (!intent.options.writer.presigned) return {};
  if (slot->expires_at <= clock_.now())
    return fail(ErrorCode::denied, "this upload URL has expired");
  return check_intent(*slot, intent);
}

Status Slots::created(sql::Session& session, const bucket::ObjectInfo& object,
                      const bucket::Writer& writer) {
  TRY_LET(const auto slot, read_slot_of(session, object.bucket, object.key));
  if (!slot) return {};
  if (writer.presigned && !size_fits(*slot, object.size))
    return fail(ErrorCode::invalid_argument, "the body has another size than the slot takes");
  // Of two PUTs that were both admitted, one changes the row, and the other one is undone. Parts
  // have become the object by now, in this very transaction.
  TRY_LET(const std::int64_t changed_count,
          session.execute("UPDATE slot SET state = 'received', multipart_id = NULL,"
                          " updated_at = :1 WHERE id = :2 AND state = 'waiting'",
                          {to_epoch_ms(clock_.now()), slot->id}));
  if (changed_count != 1) return refuse_ended(*slot);
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

Result<Slot> Slots::cancel(std::string_view id, const bucket::Owner& owner) {
  const Instant now = clock_.now();
  auto cancelled = database_.write([&](sql::Session& session) -> Result<Slot> {
    TRY_LET(Slot slot, read_slot(session, id));
    // Whose it is, is nobody else's business either.
    if (slot.owner != owner) return fail(ErrorCode::not_found, "slot: another owner's");
    if (slot.state == State::failed && slot.reason == kCancelled) return slot;
    if (slot.state != State::waiting) return fail(ErrorCode::conflict, "slot: was used");
    if (slot.expires_at <= now) return fail(ErrorCode::conflict, "slot: expired");
    TRY(move(session, id, State::failed, kCancelled));
    slot.state = State::failed;
    slot.reason = kCancelled;
    return slot;
  });
  if (cancelled) changed(id);
  return cancelled;
}

Result<std::vector<Slot>> Slots::ended_multiparts(std::size_t count_max) {
  return database_.read([&](sql::Session& session) {
    return read_ended_multiparts(session, clock_.now(), count_max);
  });
}

Status Slots::forget_multipart(std::string_view id) {
  return database_.write(std::function<Status(sql::Session&)>([&](sql::Session& session) -> Status {
    TRY(session.execute("UPDATE slot SET multipart_id = NULL WHERE id = :1", {std::string(id)}));
    return {};
  }));
}

Result<std::int64_t> Slots::sweep(std::chrono::milliseconds kept) {
  const Instant now = clock_.now();
  const sql::Values limits = {to_epoch_ms(now), to_epoch_ms(now - kept)};
  const Instant forgotten_at = now - IdempotencyKey::kKept;
  return within("sweep slots", database_.write([&](sql::Session& session) -> Result<std::int64_t> {
    TRY(session.execute("DELETE FROM idempotency WHERE created_at <= :1",
                        {to_epoch_ms(forgotten_at)}));
    return session.execute(
        "DELETE FROM slot WHERE multipart_id IS NULL AND expires_at <= :1 AND "
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

// A slot is the right to upload one object: by one owner, of one type and size, once, before it
// expires.
//
//   waiting ──object──▶ received ──lease──▶ processing ──▶ ready
//    │   │                  (one transaction      ├──────▶ failed        (reason)
//    │   │                       with the object) └──────▶ superseded    (a newer upload was first)
//    │   └── cancel ──▶ failed (cancelled)
//    └── expires ──▶ shown as failed (expired), swept
//
// What is presigned binds owner, key, type, size and expiry by signature; the slot binds them again
// in the bucket, and single use, which no signature can.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/signal.h"
#include "bucket/naming.h"
#include "bucket/store.h"
#include "sql/database.h"
#include "upload/policy.h"

namespace tintype::upload {

/// The reason of a slot that nobody used in time.
inline constexpr std::string_view kExpired = "expired";
/// The reason of a slot that its owner cancelled.
inline constexpr std::string_view kCancelled = "cancelled";

enum class State { waiting, received, processing, ready, failed, superseded };
std::string_view to_string(State state);
/// True for the states that nothing follows.
bool is_final(State state);

struct Slot {
  std::string id;
  std::string collection;
  bucket::Owner owner;
  bucket::BucketName bucket;
  bucket::Key key;
  std::string content_type;
  std::optional<std::int64_t> size;  ///< Exactly this many bytes; absent: at most size_max.
  std::int64_t size_max = 0;
  State state = State::waiting;
  std::string reason;  ///< Of failed: a stable code, an ErrorCode's name or kExpired.
  std::string assets;  ///< Of ready: a JSON array as function::assets_to_json makes it; else empty.
  Instant created_at;
  Instant expires_at;
  Method method = Method::put;
  std::string multipart_id = {};  ///< Of multipart, while there may be parts; else empty.
  std::int64_t part_size = 0;     ///< Of multipart; which has a size.
};

/// How many parts fill a slot of multipart, and how large each is (from 1).
std::int64_t part_count(const Slot& slot);
std::int64_t part_size(const Slot& slot, std::int64_t number);

/// What a client asked to be remembered, so that asking again is harmless.
/// https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
struct IdempotencyKey {
  static constexpr std::size_t kSizeMax = 255;
  static constexpr std::chrono::milliseconds kKept = std::chrono::hours(24);
  std::string key;          ///< As sent.
  std::string fingerprint;  ///< SHA-256 of the body, hexadecimal.
};

/// Thread-safe. What touches the database blocks; watchers wait on a loop.
class Slots final : public bucket::Observer {
 public:
  Slots(sql::Database& database, const Clock& clock);
  ~Slots() override;

  struct Wanted {
    const Policy& policy;
    const bucket::Owner& owner;
    const bucket::BucketName& bucket;
    std::string content_type;
    std::optional<std::int64_t> size;
    Method method = Method::put;
  };
  /// A slot as open() would have it, known to nobody yet. `unsupported` for a type, `too_large` or
  /// `invalid_argument` for a size or method that the policy does not take. Does not block.
  Result<Slot> prepare(const Wanted& wanted) const;

  struct Opened {
    enum class Outcome {
      opened,      ///< All of them wait.
      replayed,    ///< The key was used with this body before: `slots` are those of then.
      key_reused,  ///< The key was used with another body before.
      over_limit,  ///< See `limit`.
      owner_gone,  ///< The owner was deleted, and still has a token.
    } outcome = Outcome::opened;
    std::vector<Slot> slots;
    enum class Limit { waiting, per_hour, bytes_per_day } limit = Limit::waiting;
    std::chrono::milliseconds retry_after{0};
  };
  /// Opens all of `slots` (of one owner and collection) or none, beside older ones that still wait:
  /// which upload wins, the sequencer decides.
  Result<Opened> open(std::vector<Slot> slots, const Policy& policy,
                      const std::optional<IdempotencyKey>& idempotency = {});
  /// What one request wants opened, and what came of it.
  struct Opening {
    std::vector<Slot> slots;
    const Policy& policy;
    std::optional<IdempotencyKey> idempotency;
    Result<Opened> opened = fail(ErrorCode::internal, "open slots: not tried");
  };
  /// As open() of each, one after the other, in one write.
  void open_all(std::span<Opening* const> openings);

  /// Ends a slot that waits, for its owner alone: what is presigned is dead from now on, and an
  /// object on its way will not be seen. Again is no change. `not_found` for another owner's,
  /// `conflict` if the object arrived or the slot expired.
  Result<Slot> cancel(std::string_view id, const bucket::Owner& owner);

  /// Slots of multipart that ended with parts left, oldest first; forget_multipart() once those are
  /// gone.
  Result<std::vector<Slot>> ended_multiparts(std::size_t count_max);
  Status forget_multipart(std::string_view id);
  /// `not_found` for an unknown id. A slot that expired unused is shown as failed, "expired".
  Result<Slot> find(std::string_view id);

  /// bucket::Observer. What is presigned for a slot's key must be what the slot waits for, and
  /// nobody writes to that key once it is filled. Keys without a slot are no business of ours; a
  /// slot's own URL never meets that case, for the slot outlives it (sweep).
  Status admit(const bucket::PutIntent& intent) override;
  Status created(sql::Session& session, const bucket::ObjectInfo& object,
                 const bucket::Writer& writer) override;
  void committed(const bucket::ObjectInfo& object) override;

  /// Moves a slot on, in the caller's transaction; a slot that is final already stays as it is. An
  /// unknown id is no error (an object put without a slot). Call changed() after the commit.
  Status move(sql::Session& session, std::string_view id, State state, std::string_view reason = {},
              std::string_view assets = {});
  void changed(std::string_view id);

  /// Deletes what came to its end before `kept`: slots that expired unused, and final ones; and
  /// idempotency keys of old. How many slots. One with parts left waits for forget_multipart(). A
  /// slot outlives its presigned URL in any case, so that a used one cannot be used again.
  Result<std::int64_t> sweep(std::chrono::milliseconds kept);

  /// Tells when the slot changes in this process. Kept while somebody holds it.
  std::shared_ptr<Signal> watch(std::string_view id);

 private:
  sql::Database& database_;
  const Clock& clock_;
  std::mutex mutex_;  // Guards all below.
  std::map<std::string, std::weak_ptr<Signal>, std::less<>> signals_;
  std::size_t prune_at_ = 64;  // How many signals there may be before the dead ones are dropped.
};

}  // namespace tintype::upload

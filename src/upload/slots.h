// A slot is the right to upload one object: by one owner, of one type and size, once, before it
// expires.
//
//   waiting ──PUT──▶ received ──lease──▶ processing ──▶ ready
//      │                 (one transaction      ├──────▶ failed        (reason)
//      └── expires ▶ (swept)  with the object) └──────▶ superseded    (a newer upload was first)
//
// The presigned URL binds owner, key, type, size and expiry by signature; the slot binds them again
// in the bucket, and single use, which no signature can.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/config.h"
#include "base/result.h"
#include "base/signal.h"
#include "bucket/naming.h"
#include "bucket/store.h"
#include "sql/database.h"

namespace tintype::upload {

/// What a collection lets people upload.
struct Policy {
  std::string collection;              ///< "avatars"
  std::string route;                   ///< "/avatars/key_upload"
  std::vector<std::string> types;      ///< Media types, each known to content_types.h.
  std::int64_t size_max = 15LL << 20;  ///< Bytes.
  std::chrono::milliseconds slot_ttl{300'000};
};

/// Reads a [collection.NAME]'s route, owner, types, size_max and slot_ttl.
Result<Policy> read_policy(const std::string& collection, const config::Table& table);

/// The reason of a slot that nobody used in time.
inline constexpr std::string_view kExpired = "expired";

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
};

/// Thread-safe. What touches the database blocks; watchers wait on a loop.
class Slots final : public bucket::Observer {
 public:
  /// Slots of one owner in one collection that may wait at the same time: several tabs, but nobody
  /// fills the table.
  static constexpr std::int64_t kWaitingMax = 20;

  Slots(sql::Database& database, const Clock& clock);
  ~Slots() override;

  struct Wanted {
    const Policy& policy;
    const bucket::Owner& owner;
    const bucket::BucketName& bucket;
    std::string content_type;
    std::optional<std::int64_t> size;
  };
  /// A new waiting slot, beside older ones that still wait: which upload wins, the sequencer
  /// decides. `unsupported` for a type, `too_large` or `invalid_argument` for a size that the
  /// policy does not take, `conflict` if kWaitingMax wait already.
  Result<Slot> open(const Wanted& wanted);
  /// `not_found` for an unknown id. A slot that expired unused is shown as failed, "expired".
  Result<Slot> find(std::string_view id);

  /// bucket::Observer. A presigned PUT to a slot's key must be the one that the slot waits for, and
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

  /// Deletes what came to its end before `kept`: slots that expired unused, and final ones. How
  /// many. A slot outlives its presigned URL in any case, so that a used one cannot be used again.
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

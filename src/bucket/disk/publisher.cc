#include "bucket/disk/publisher.h"

#include <utility>

#include "base/log.h"
#include "bucket/condition.h"
#include "bucket/disk/content_rows.h"
#include "bucket/disk/object_part_row.h"
#include "bucket/disk/quota.h"
#include "bucket/disk/version_row.h"

namespace tintype::bucket {

namespace {

constexpr std::string_view kContentTypeMissing = "binary/octet-stream";  // As S3 has it.

/// Orders a removal behind what it removed and before every later write, as S3 compares them (the
/// shorter one padded with zeros). It reserves nothing, for a full disk must let us remove.
std::string sequencer_behind(const std::string& removed) { return removed + "01"; }

}  // namespace

Result<ObjectInfo> Publisher::publish(ObjectInfo object, const std::string& content_id,
                                      const PutOptions& options, const Also& also) {
  if (object.content_type.empty()) object.content_type = kContentTypeMissing;
  std::string replaced;
  const auto written = parts_.database.write([&](sql::Session& session) -> Status {
    if (also) TRY(also(session));
    TRY_LET(replaced, replace(session, object, content_id, options));
    return {};
  });
  changed(object.bucket, object.key);
  if (!written) {
    resolve(content_id);
    return std::unexpected(written.error());
  }
  settle(content_id);
  for (Observer* const observer : parts_.observers) observer->committed(object);
  // Last: unlinking a large file takes longer than all of the above.
  if (!replaced.empty()) discard(replaced);
  return object;
}

/// Inside the transaction: the id of the content that this write replaces, or empty.
Result<std::string> Publisher::replace(sql::Session& session, ObjectInfo& object,
                                       const std::string& content_id, const PutOptions& options) {
  TRY_LET(const Versioning versioning, find_versioning(session, object.bucket));
  TRY_LET(const auto present, find_content(session, object.bucket, object.key));
  TRY(check_precondition(options.precondition, present ? &present->etag : nullptr));
  TRY_LET(object, next_write(std::move(object), versioning, present));
  TRY_LET(std::string replaced, make_way(session, object.bucket, object.key, versioning, present));
  TRY(write_object_row(session, object, content_id));
  TRY(change_usage(session, object.bucket,
                   {.bytes = static_cast<std::int64_t>(object.size), .objects = 1}));
  for (Observer* const observer : parts_.observers)
    TRY(observer->created(session, object, options.writer));
  return replaced;
}

/// With its place among the writes of its key.
Result<ObjectInfo> Publisher::next_write(ObjectInfo write, Versioning versioning,
                                         const std::optional<StoredContent>& present) {
  TRY_LET(write.sequencer,
          parts_.sequencer.next(present ? present->sequencer : std::string_view()));
  if (versioning == Versioning::enabled) write.version_id = make_version_id(write.sequencer);
  write.modified_at = parts_.clock.now();
  return write;
}

/// Inside the transaction: the key's object becomes an older version, or is no more; the caller
/// takes its row. The id of the content that nobody names any more, or empty.
Result<std::string> Publisher::make_way(sql::Session& session, const BucketName& bucket,
                                        const Key& key, Versioning versioning,
                                        const std::optional<StoredContent>& present) {
  const bool is_kept =
      present && (versioning == Versioning::enabled ||
                  (versioning == Versioning::suspended && present->version_id != kNullVersion));
  std::string unnamed;
  std::uint64_t size = 0;
  if (is_kept) {
    TRY(shelve_object(session, bucket, key));
  } else if (present) {
    unnamed = present->content_id;
    size = present->size;
  }
  if (versioning == Versioning::suspended && (is_kept || !present)) {
    // Of the versions that are "null" there is one at most.
    TRY_LET(const auto older, find_version(session, bucket, key, kNullVersion));
    if (older) TRY(delete_version(session, bucket, key, older->version.info.sequencer));
    if (older) unnamed = older->content_id;
    if (older) size = older->version.info.size;
  }
  TRY(unname(session, bucket, unnamed, size));
  return unnamed;
}

/// Inside the transaction that takes the last row away that names this content; empty: none.
Status Publisher::unname(sql::Session& session, const BucketName& bucket,
                         const std::string& content_id, std::uint64_t size) {
  if (content_id.empty()) return {};
  TRY(delete_object_parts(session, content_id));
  TRY(change_usage(session, bucket, {.bytes = -static_cast<std::int64_t>(size), .objects = -1}));
  unsettle(content_id);
  return {};
}

Result<Removal> Publisher::remove(const BucketName& bucket, const Key& key,
                                  const RemoveCondition& condition, const Writer& writer) {
  return run_removal(
      bucket, key,
      [&](sql::Session& session, Removed& removed) {
        return remove_in(session, bucket, key, condition, removed);
      },
      writer);
}

Result<Removal> Publisher::remove_version(const BucketName& bucket, const Key& key,
                                          std::string_view version_id,
                                          const RemoveCondition& condition, const Writer& writer) {
  return run_removal(
      bucket, key,
      [&](sql::Session& session, Removed& removed) {
        return remove_version_in(session, bucket, key, version_id, condition, removed);
      },
      writer);
}

/// The transaction, in which the observers are told, and what comes after it.
Result<Removal> Publisher::run_removal(const BucketName& bucket, const Key& key,
                                       const RemoveIn& remove_in, const Writer& writer) {
  Removed removed;
  const Status done = parts_.database.write([&](sql::Session& session) -> Status {
    removed = {};
    TRY(remove_in(session, removed));
    if (!removed.told) return {};
    for (Observer* const observer : parts_.observers)
      TRY(observer->removed(session, *removed.told, writer));
    return {};
  });
  changed(bucket, key);
  if (!done) return std::unexpected(done.error());
  if (removed.told)
    for (Observer* const observer : parts_.observers) observer->removal_committed(*removed.told);
  if (!removed.unnamed.empty()) discard(removed.unnamed);
  return removed.removal;
}

Status Publisher::remove_in(sql::Session& session, const BucketName& bucket, const Key& key,
                            const RemoveCondition& condition, Removed& removed) {
  TRY_LET(const Versioning versioning, find_versioning(session, bucket));
  TRY_LET(const auto present, find_content(session, bucket, key));
  if (condition.is_about_content()) {
    TRY_LET(const auto latest, find_latest(session, bucket, key));
    if (!latest) return {};
    TRY(check_remove_condition(condition, latest->info));
  }
  if (!present && (condition.sequencer || versioning == Versioning::off)) return {};
  if (condition.sequencer && present->sequencer != *condition.sequencer)
    return fail(ErrorCode::conflict, "another sequencer");
  TRY_LET(removed.unnamed, make_way(session, bucket, key, versioning, present));
  TRY(session.execute("DELETE FROM object WHERE bucket = :1 AND key = :2",
                      {bucket.str(), key.str()}));
  removed.told = RemovedObject{.bucket = bucket, .key = key, .at = parts_.clock.now()};
  if (versioning == Versioning::off) {
    removed.told->sequencer = sequencer_behind(present->sequencer);
    return {};
  }
  TRY_LET(const ObjectInfo marker, next_write({.bucket = bucket, .key = key}, versioning, present));
  removed.removal = {.version_id = marker.version_id, .is_marker = true};
  removed.told->sequencer = marker.sequencer;
  removed.told->version_id = marker.version_id;
  removed.told->is_marker = true;
  return write_marker(session, marker);
}

Status Publisher::remove_version_in(sql::Session& session, const BucketName& bucket, const Key& key,
                                    std::string_view version_id, const RemoveCondition& condition,
                                    Removed& removed) {
  removed.removal.version_id = version_id;
  TRY(require_bucket(session, bucket));
  TRY_LET(const auto found, find_version(session, bucket, key, version_id));
  if (!found) return {};
  const ObjectInfo& info = found->version.info;
  TRY(check_remove_condition(condition, info));
  removed.removal.is_marker = found->version.is_marker;
  TRY(session.execute("DELETE FROM object WHERE bucket = :1 AND key = :2 AND version_id = :3",
                      {bucket.str(), key.str(), std::string(version_id)}));
  TRY(delete_version(session, bucket, key, info.sequencer));
  TRY_LET(const auto latest, find_content(session, bucket, key));
  if (!latest) TRY(promote_newest(session, bucket, key));
  removed.unnamed = found->content_id;
  removed.told = RemovedObject{.bucket = bucket,
                               .key = key,
                               .sequencer = sequencer_behind(info.sequencer),
                               .version_id = std::string(version_id),
                               .at = parts_.clock.now()};
  return unname(session, bucket, removed.unnamed, info.size);
}

Status Publisher::admit(const PutIntent& intent) {
  for (Observer* const observer : parts_.observers) TRY(observer->admit(intent));
  return {};
}

Status Publisher::sweep() {
  TRY_LET(const auto ids, parts_.folder.pending_ids());
  std::size_t swept_count = 0;
  for (const auto& id : ids) {
    TRY_LET(const NamedBy by, find_namer(parts_.database, id));
    if (by == NamedBy::part) continue;  // Where parts are, until their upload ends.
    TRY(by == NamedBy::object ? parts_.folder.settle_left_over(id) : parts_.folder.discard(id));
    ++swept_count;
  }
  if (swept_count > 0) log(LogLevel::info, "pending objects swept", {{"count", swept_count}});
  return {};
}

/// After a write that failed. An error may also mean that only the answer got lost, so the row
/// decides; if that cannot be read either, the next start will.
void Publisher::resolve(const std::string& content_id) {
  const auto by = find_namer(parts_.database, content_id);
  if (!by) {
    log(LogLevel::warning, "pending object left for the next start",
        {{"error", by.error().message}});
    return;
  }
  if (*by == NamedBy::object) settle(content_id);
  if (*by == NamedBy::nobody) discard(content_id);
}

// The three moves of a file whose object's fate is decided already. None may fail that object: a
// disk so full that a rename fails must still let us delete. What each failure leaves is harmless.

void Publisher::settle(const std::string& content_id) {
  if (const auto moved = parts_.folder.settle(content_id); !moved)  // Read from pending/ as well.
    log(LogLevel::warning, "object left in pending", {{"error", moved.error().message}});
}

void Publisher::unsettle(const std::string& content_id) {
  if (const auto moved = parts_.folder.unsettle(content_id); !moved)  // A crash now leaves a file.
    log(LogLevel::warning, "replaced content not moved", {{"error", moved.error().message}});
}

void Publisher::discard(const std::string& content_id) {
  if (const auto removed = parts_.folder.discard(content_id); !removed)  // The next start tries it.
    log(LogLevel::warning, "content not removed", {{"error", removed.error().message}});
}

}  // namespace tintype::bucket

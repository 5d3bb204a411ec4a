#include "bucket/disk/publisher.h"

#include <utility>

#include "base/log.h"

namespace tintype::bucket {

namespace {
constexpr std::string_view kContentTypeMissing = "binary/octet-stream";  // As S3 has it.
}  // namespace

Status check_precondition(const Precondition& wanted, const std::optional<StoredContent>& present) {
  if (wanted.etag && !present) return fail(ErrorCode::not_found, "no object to match");
  if (wanted.etag && present->etag != *wanted.etag)
    return fail(ErrorCode::conflict, "another etag");
  if (wanted.present && !present) return fail(ErrorCode::conflict, "the key does not exist");
  if (wanted.absent && present) return fail(ErrorCode::conflict, "the key exists");
  if (wanted.not_etag && present && present->etag == *wanted.not_etag)
    return fail(ErrorCode::conflict, "this very etag");
  return {};
}

Result<ObjectInfo> Publisher::publish(ObjectInfo object, const std::string& content_id,
                                      const PutOptions& options, const Also& also) {
  if (object.content_type.empty()) object.content_type = kContentTypeMissing;
  std::string replaced;
  const auto written = parts_.database.write([&](sql::Session& session) -> Status {
    if (also) TRY(also(session));
    TRY_LET(replaced, replace(session, object, content_id, options));
    return {};
  });
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
  TRY_LET(const auto present, find_content(session, object.bucket, object.key));
  TRY(check_precondition(options.precondition, present));
  TRY_LET(object.sequencer,
          parts_.sequencer.next(present ? present->sequencer : std::string_view()));
  object.modified_at = parts_.clock.now();
  TRY(write_object_row(session, object, content_id));
  for (Observer* const observer : parts_.observers)
    TRY(observer->created(session, object, options.writer));
  if (!present) return std::string();
  unsettle(present->content_id);
  return present->content_id;
}

Status Publisher::remove(const BucketName& bucket, const Key& key,
                         const std::optional<std::string>& if_sequencer) {
  std::string removed;
  TRY(parts_.database.write([&](sql::Session& session) -> Status {
    TRY(require_bucket(session, bucket));
    TRY_LET(const auto present, find_content(session, bucket, key));
    if (!present) return {};
    if (if_sequencer && present->sequencer != *if_sequencer)
      return fail(ErrorCode::conflict, "another sequencer");
    TRY(session.execute("DELETE FROM object WHERE bucket = :1 AND key = :2",
                        {bucket.str(), key.str()}));
    unsettle(present->content_id);
    removed = present->content_id;
    return {};
  }));
  if (!removed.empty()) discard(removed);
  return {};
}

Status Publisher::admit(const PutIntent& intent) {
  for (Observer* const observer : parts_.observers) TRY(observer->admit(intent));
  return {};
}

Status Publisher::sweep() {
  TRY_LET(const auto ids, parts_.folder.pending_ids());
  std::size_t swept_count = 0;
  for (const auto& id : ids) {
    TRY_LET(const NamedBy by, named_by(id));
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
  const auto by = named_by(content_id);
  if (!by) {
    log(LogLevel::warning, "pending object left for the next start",
        {{"error", by.error().message}});
    return;
  }
  if (*by == NamedBy::object) settle(content_id);
  if (*by == NamedBy::nobody) discard(content_id);
}

Result<Publisher::NamedBy> Publisher::named_by(const std::string& content_id) {
  return parts_.database.read([&](sql::Session& session) -> Result<NamedBy> {
    TRY_LET(const sql::Rows objects,
            session.query("SELECT 1 FROM object WHERE content_id = :1", {content_id}));
    if (!objects.empty()) return NamedBy::object;
    TRY_LET(const sql::Rows parts,
            session.query("SELECT 1 FROM part WHERE content_id = :1", {content_id}));
    return parts.empty() ? NamedBy::nobody : NamedBy::part;
  });
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

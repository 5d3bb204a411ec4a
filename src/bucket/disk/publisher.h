#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "bucket/disk/content_folder.h"
#include "bucket/disk/object_row.h"
#include "bucket/disk/sequencer.h"
#include "bucket/disk/small_objects.h"
#include "bucket/store.h"
#include "bucket/versions.h"
#include "sql/database.h"

namespace tintype::bucket {

/// The transactions by which objects appear and disappear, and what happens to the files they name
/// before and after each. All that it refers to must outlive it. Thread-safe.
class Publisher {
 public:
  struct Parts {
    ContentFolder& folder;
    SmallObjects& small;
    Sequencer& sequencer;
    sql::Database& database;
    const Clock& clock;
    std::vector<Observer*> observers;
  };
  explicit Publisher(Parts parts) : parts_(std::move(parts)) {}

  /// Lets the database decide about what a crash left in pending/.
  Status sweep();

  /// The second half of Upload::commit. `object` has all but its sequencer and time; its content is
  /// synced as `content_id`, and this answers for the file from now on. `also` comes first in the
  /// transaction; its error undoes all of it.
  using Also = std::function<Status(sql::Session&)>;
  Result<ObjectInfo> publish(ObjectInfo object, const std::string& content_id,
                             const PutOptions& options, const Also& also = {});

  /// After a transaction that failed: does with the file what the row says, if one names it.
  void resolve(const std::string& content_id);
  /// Removes a file that no row names; one that stays behind goes with the next start.
  void discard(const std::string& content_id);

  /// Store::remove and Versions::remove.
  Result<Removal> remove(const BucketName& bucket, const Key& key, const RemoveCondition& condition,
                         const Writer& writer);
  Result<Removal> remove_version(const BucketName& bucket, const Key& key,
                                 std::string_view version_id, const RemoveCondition& condition,
                                 const Writer& writer);

  /// What the observers say of a PUT.
  Status admit(const PutIntent& intent);
  ContentFolder& folder() { return parts_.folder; }
  /// After any transaction that may have changed what is told of a key, and before its answer.
  void changed(const BucketName& bucket, const Key& key) { parts_.small.forget(bucket, key); }

 private:
  Result<std::string> replace(sql::Session& session, ObjectInfo& object,
                              const std::string& content_id, const PutOptions& options);
  Result<std::string> make_way(sql::Session& session, const BucketName& bucket, const Key& key,
                               Versioning versioning, const std::optional<StoredContent>& present);
  Status unname(sql::Session& session, const BucketName& bucket, const std::string& content_id,
                std::uint64_t size);
  /// What a transaction of a removal came to.
  struct Removed {
    Removal removal = {};
    std::string unnamed = {};                // The content that no row names any more; or empty.
    std::optional<RemovedObject> told = {};  // What the observers were told, if anything happened.
  };
  Status remove_in(sql::Session& session, const BucketName& bucket, const Key& key,
                   const RemoveCondition& condition, Removed& removed);
  Status remove_version_in(sql::Session& session, const BucketName& bucket, const Key& key,
                           std::string_view version_id, const RemoveCondition& condition,
                           Removed& removed);
  using RemoveIn = std::function<Status(sql::Session&, Removed&)>;
  Result<Removal> run_removal(const BucketName& bucket, const Key& key, const RemoveIn& remove_in,
                              const Writer& writer);
  Result<ObjectInfo> next_write(ObjectInfo write, Versioning versioning,
                                const std::optional<StoredContent>& present);
  void unsettle(const std::string& content_id);
  void settle(const std::string& content_id);

  const Parts parts_;
};

}  // namespace tintype::bucket

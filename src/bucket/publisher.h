#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "bucket/content_folder.h"
#include "bucket/object_row.h"
#include "bucket/sequencer.h"
#include "bucket/store.h"
#include "sql/database.h"

namespace tintype::bucket {

/// `conflict` or `not_found` unless the key is as `options` wants it.
Status check_conditions(const PutOptions& options, const std::optional<StoredContent>& present);

/// The transactions by which objects appear and disappear, and what happens to the files they name
/// before and after each. All that it refers to must outlive it. Thread-safe.
class Publisher {
 public:
  struct Parts {
    ContentFolder& folder;
    Sequencer& sequencer;
    sql::Database& database;
    const Clock& clock;
    std::vector<Observer*> observers;
  };
  explicit Publisher(Parts parts) : parts_(std::move(parts)) {}

  /// Lets the database decide about what a crash left in pending/.
  Status sweep();

  /// The second half of Upload::commit. `object` has all but its sequencer and time; its content is
  /// synced as `content_id`, and this answers for the file from now on.
  Result<ObjectInfo> publish(ObjectInfo object, const std::string& content_id,
                             const PutOptions& options);

  /// Store::remove.
  Status remove(const BucketName& bucket, const Key& key,
                const std::optional<std::string>& if_sequencer);

  const std::vector<Observer*>& observers() const { return parts_.observers; }
  ContentFolder& folder() { return parts_.folder; }

 private:
  Result<std::string> replace(sql::Session& session, ObjectInfo& object,
                              const std::string& content_id, const PutOptions& options);
  void unsettle(const std::string& content_id);
  void discard(const std::string& content_id);
  void settle(const std::string& content_id);
  void resolve(const std::string& content_id);
  Result<bool> is_named(const std::string& content_id);

  const Parts parts_;
};

}  // namespace tintype::bucket

#include "bucket/disk/disk_store.h"
#include "bucket/condition.h"

#include <utility>

#include "bucket/disk/disk_multiparts.h"
#include "bucket/disk/disk_settings.h"
#include "bucket/disk/disk_upload.h"
#include "bucket/disk/disk_versions.h"
#include "bucket/disk/list_objects.h"
#include "bucket/disk/multipart_row.h"
#include "bucket/disk/object_row.h"
#include "bucket/disk/open_content.h"
#include "bucket/disk/publisher.h"
#include "bucket/disk/quota.h"
#include "bucket/disk/small_objects.h"
#include "bucket/read_content.h"

namespace tintype::bucket {

namespace {

class DiskStore final : public MultipartStore {
 public:
  DiskStore(DiskStoreOptions options, sql::Database& database, const Clock& clock,
            std::unique_ptr<ContentFolder> folder, std::unique_ptr<Sequencer> sequencer)
      : object_bytes_max_(options.object_bytes_max),
        database_(database),
        clock_(clock),
        folder_(std::move(folder)),
        sequencer_(std::move(sequencer)),
        small_(options.cache_bytes_max),
        publisher_({.folder = *folder_,
                    .small = small_,
                    .sequencer = *sequencer_,
                    .database = database,
                    .clock = clock,
                    .observers = std::move(options.observers)}),
        multiparts_(publisher_, database, clock, options.object_bytes_max),
        versions_(publisher_, database),
        settings_(database, clock) {}

  Status sweep() { return publisher_.sweep(); }

  Status create_bucket_of(const std::string& owner_id, const BucketName& bucket) override;
  Status remove_bucket(const BucketName& bucket) override;
  Result<BucketInfo> find_bucket(const BucketName& bucket) override;
  Result<std::vector<BucketInfo>> buckets() override;
  Status admit(const PutIntent& intent) override;
  Result<std::unique_ptr<Upload>> begin(const BucketName& bucket, const Key& key,
                                        PutOptions options) override;
  Result<ObjectInfo> head(const BucketName& bucket, const Key& key) override;
  Result<Object> open(const BucketName& bucket, const Key& key) override;
  SmallObjectPtr recall(const BucketName& bucket, const Key& key) override {
    return small_.find(bucket, key);
  }
  Result<Removal> remove(const BucketName& bucket, const Key& key, const RemoveCondition& condition,
                         const Writer& writer) override;
  Status set_tags(const BucketName& bucket, const Key& key,
                  const std::map<std::string, std::string>& tags) override;
  Result<ListPage> list(const BucketName& bucket, const ListQuery& query) override;
  Multiparts& multiparts() override { return multiparts_; }
  Versions& versions() override { return versions_; }
  Settings& settings() override { return settings_; }

 private:
  Result<StoredObject> find(const BucketName& bucket, const Key& key);
  void remember(const Object& object, std::uint64_t changes_before);

  const std::uint64_t object_bytes_max_;
  sql::Database& database_;
  const Clock& clock_;
  const std::unique_ptr<ContentFolder> folder_;
  const std::unique_ptr<Sequencer> sequencer_;
  SmallObjects small_;
  Publisher publisher_;
  DiskMultiparts multiparts_;
  DiskVersions versions_;
  DiskSettings settings_;
};

std::string context_of(std::string_view intent, const BucketName& bucket, const Key& key) {
  return std::string(intent) + " '" + bucket.str() + "/" + key.str() + "'";
}

constexpr std::string_view kBucketColumns = "name, created_at, owner";

Result<BucketInfo> read_bucket_row(const sql::Row& row) {
  auto name = BucketName::parse(row.text(0));
  if (!name) return fail(ErrorCode::corrupt, "row of a bucket: " + name.error().message);
  return BucketInfo{.name = *std::move(name),
                    .created_at = from_epoch_ms(row.integer(1)),
                    .owner_id = row.text(2)};
}

Status DiskStore::create_bucket_of(const std::string& owner_id, const BucketName& bucket) {
  auto created = database_.write([&](sql::Session& session) -> Status {
    TRY(session.execute("INSERT INTO bucket (name, created_at, owner) VALUES (:1, :2, :3)",
                        {bucket.str(), to_epoch_ms(clock_.now()), owner_id}));
    return {};
  });
  return within("create bucket '" + bucket.str() + "'", std::move(created));
}

Status DiskStore::remove_bucket(const BucketName& bucket) {
  std::vector<std::string> unnamed;
  auto removed = database_.write([&](sql::Session& session) -> Status {
    TRY(require_bucket(session, bucket));
    for (const std::string_view table : {"object", "object_version"}) {
      TRY_LET(const sql::Rows rows,
              session.query("SELECT 1 FROM " + std::string(table) + " WHERE bucket = :1 LIMIT 1",
                            {bucket.str()}));
      if (!rows.empty()) return fail(ErrorCode::conflict, "not empty");
    }
    TRY_LET(unnamed, delete_multiparts_of(session, bucket));
    TRY(session.execute("DELETE FROM bucket WHERE name = :1", {bucket.str()}));
    return {};
  });
  if (removed)
    for (const std::string& content_id : unnamed) publisher_.discard(content_id);
  return within("remove bucket '" + bucket.str() + "'", std::move(removed));
}

Result<BucketInfo> DiskStore::find_bucket(const BucketName& bucket) {
  auto found = database_.read([&](sql::Session& session) -> Result<BucketInfo> {
    TRY_LET(const sql::Rows rows,
            session.query("SELECT " + std::string(kBucketColumns) + " FROM bucket WHERE name = :1",
                          {bucket.str()}));
    if (rows.empty()) return fail(ErrorCode::not_found, "none such");
    return read_bucket_row(rows[0]);
  });
  return within("find bucket '" + bucket.str() + "'", std::move(found));
}

Result<std::vector<BucketInfo>> DiskStore::buckets() {
  return database_.read([](sql::Session& session) -> Result<std::vector<BucketInfo>> {
    TRY_LET(const sql::Rows rows,
            session.query("SELECT " + std::string(kBucketColumns) + " FROM bucket ORDER BY name"));
    std::vector<BucketInfo> buckets;
    for (const sql::Row& row : rows) {
      TRY_LET(BucketInfo bucket, read_bucket_row(row));
      buckets.push_back(std::move(bucket));
    }
    return buckets;
  });
}

Status DiskStore::admit(const PutIntent& intent) { return publisher_.admit(intent); }

Result<std::unique_ptr<Upload>> DiskStore::begin(const BucketName& bucket, const Key& key,
                                                 PutOptions options) {
  const std::string context = context_of("put", bucket, key);
  if (options.size.value_or(0) > object_bytes_max_)
    return fail(ErrorCode::too_large, context + ": over the limit");
  const std::uint64_t size = options.size.value_or(0);
  TRY(within(context, database_.read([&](sql::Session& session) -> Status {
    const Status room =
        require_room(session, bucket, {.bytes = static_cast<std::int64_t>(size), .objects = 1});
    const bool is_full = !room && room.error().code == ErrorCode::exhausted;
    if (!is_full && (!room || !options.precondition.any())) return room;
    TRY_LET(const auto present, find_content(session, bucket, key));
    TRY(check_precondition(options.precondition, present ? &present->etag : nullptr));
    // What it replaces may make room for it: the transaction that writes its row tells.
    return present ? Status() : room;
  })));
  // Without context: the client sees an observer's words.
  TRY(admit({.bucket = bucket, .key = key, .options = options}));
  TRY_LET(ContentFolder::File file, within(context, folder_->create(size)));
  return std::make_unique<DiskUpload>(publisher_,
                                      DiskUpload::Target{.bucket = bucket,
                                                         .key = key,
                                                         .options = std::move(options),
                                                         .size_max = object_bytes_max_},
                                      std::move(file));
}

Result<StoredObject> DiskStore::find(const BucketName& bucket, const Key& key) {
  return database_.read([&](sql::Session& session) -> Result<StoredObject> {
    TRY_LET(auto object, find_object(session, bucket, key));
    if (!object) return fail(ErrorCode::not_found, "none such");
    return *std::move(object);
  });
}

Result<ObjectInfo> DiskStore::head(const BucketName& bucket, const Key& key) {
  TRY_LET(StoredObject found, within(context_of("head", bucket, key), find(bucket, key)));
  return std::move(found.info);
}

Result<Object> DiskStore::open(const BucketName& bucket, const Key& key) {
  const std::uint64_t changes = small_.changes(bucket, key);
  TRY_LET(Object object, within(context_of("open", bucket, key),
                                open_content(*folder_, [&] { return find(bucket, key); })));
  remember(object, changes);
  return object;
}

/// What cannot be read now, whoever reads the file will tell.
void DiskStore::remember(const Object& object, std::uint64_t changes_before) {
  if (object.info.size > SmallObjects::kSizeMax) return;
  auto content = read_content(object);
  if (!content) return;
  small_.keep(std::make_shared<const SmallObject>(
                  SmallObject{.info = object.info,
                              .content = std::make_shared<const std::string>(*std::move(content))}),
              changes_before);
}

Result<Removal> DiskStore::remove(const BucketName& bucket, const Key& key,
                                  const RemoveCondition& condition, const Writer& writer) {
  return within(context_of("remove", bucket, key),
                publisher_.remove(bucket, key, condition, writer));
}

Status DiskStore::set_tags(const BucketName& bucket, const Key& key,
                           const std::map<std::string, std::string>& tags) {
  const std::string context = context_of("tag", bucket, key);
  auto tagged = database_.write([&](sql::Session& session) -> Status {
    TRY_LET(const std::int64_t count,
            session.execute("UPDATE object SET tags = :1 WHERE bucket = :2 AND key = :3",
                            {write_texts(tags), bucket.str(), key.str()}));
    return count == 0 ? fail(ErrorCode::not_found, "none such") : Status();
  });
  small_.forget(bucket, key);
  return within(context, std::move(tagged));
}

Result<ListPage> DiskStore::list(const BucketName& bucket, const ListQuery& query) {
  auto page = database_.read([&](sql::Session& session) -> Result<ListPage> {
    TRY(require_bucket(session, bucket));
    return list_objects(session, bucket, query);
  });
  return within("list '" + bucket.str() + "'", std::move(page));
}

}  // namespace

Result<std::unique_ptr<MultipartStore>> open_disk_store(DiskStoreOptions options,
                                                        sql::Database& database,
                                                        const Clock& clock) {
  const std::string context = "open store '" + options.folder.string() + "'";
  TRY_LET(auto folder, within(context, ContentFolder::open(options.folder, options.disk_free_min)));
  TRY_LET(auto sequencer, within(context, Sequencer::open(options.folder / "sequencer", clock)));
  auto store = std::make_unique<DiskStore>(std::move(options), database, clock, std::move(folder),
                                           std::move(sequencer));
  TRY(within(context, store->sweep()));
  return store;
}

}  // namespace tintype::bucket

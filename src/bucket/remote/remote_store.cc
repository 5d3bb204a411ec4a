#include "bucket/remote/remote_store.h"

#include <array>
#include <functional>
#include <mutex>
#include <utility>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "bucket/condition.h"
#include "bucket/multiparts.h"
#include "bucket/remote/remote_content.h"
#include "bucket/remote/remote_list.h"
#include "bucket/remote/remote_object.h"
#include "bucket/remote/remote_upload.h"
#include "bucket/wire.h"
#include "crypto/digest.h"
#include "xml/reader.h"
#include "xml/writer.h"

namespace tintype::bucket {
namespace {

RemoteRequest request_of(std::string method, const BucketName& bucket) {
  return {.method = std::move(method), .bucket = bucket.str()};
}
RemoteRequest request_of(std::string method, const BucketName& bucket, const Key& key) {
  return {.method = std::move(method), .bucket = bucket.str(), .key = key.str()};
}

/// A document in the body of a request, which some want with its MD5.
void set_document(RemoteRequest& request, std::string document) {
  crypto::Digest md5(crypto::DigestKind::md5);
  md5.update(as_bytes(document));
  request.headers.set("Content-MD5", to_base64(as_bytes(md5.finish())));
  request.headers.set("Content-Type", "application/xml");
  request.body = std::move(document);
}

class RemoteStore final : public Store {
 public:
  RemoteStore(RemoteStoreOptions options, const Clock& clock)
      : spool_folder_(std::move(options.spool_folder)),
        part_bytes_(options.part_bytes),
        client_(std::move(options.account), clock, std::move(options.retries)) {}

  Status create_bucket_of(const std::string& owner_id, const BucketName& bucket) override;
  Status remove_bucket(const BucketName& bucket) override;
  Result<BucketInfo> find_bucket(const BucketName& bucket) override;
  Result<std::vector<BucketInfo>> buckets() override;
  Status admit(const PutIntent& /*intent*/) override { return {}; }
  Result<std::unique_ptr<Upload>> begin(const BucketName& bucket, const Key& key,
                                        PutOptions options) override;
  Result<ObjectInfo> head(const BucketName& bucket, const Key& key) override;
  Result<Object> open(const BucketName& bucket, const Key& key) override;
  Result<Removal> remove(const BucketName& bucket, const Key& key, const RemoveCondition& condition,
                         const Writer& writer) override;
  Status set_tags(const BucketName& bucket, const Key& key,
                  const std::map<std::string, std::string>& tags) override;
  Result<ListPage> list(const BucketName& bucket, const ListQuery& query) override {
    return list_remote(client_, bucket, query);
  }

 private:
  std::mutex& lock_of(const BucketName& bucket, const Key& key) {
    return locks_[std::hash<std::string>()(bucket.str() + '/' + key.str()) % locks_.size()];
  }
  Result<std::map<std::string, std::string>> tags_of(const BucketName& bucket, const Key& key);

  const std::filesystem::path spool_folder_;
  const std::uint64_t part_bytes_;
  RemoteClient client_;
  std::array<std::mutex, 64> locks_;  // Of keys: a write or removal, with the look before it.
};

Status RemoteStore::create_bucket_of(const std::string& owner_id, const BucketName& bucket) {
  if (owner_id != kNodeOwner)
    return fail(ErrorCode::unsupported, "remote: its buckets belong to the account");
  // Where a bucket that is there already is one's own, some answer 200 to making it again.
  TRY_LET(const bool exists, bucket_exists(bucket));
  if (exists) return fail(ErrorCode::conflict, "bucket '" + bucket.str() + "' exists");
  RemoteRequest create = request_of("PUT", bucket);
  const std::string& region = client_.account().region;
  if (region != "us-east-1" && region != "auto") {
    xml::Writer writer;
    writer.open("CreateBucketConfiguration", kXmlNamespace).text("LocationConstraint", region);
    set_document(create, std::move(writer).finish());
  }
  TRY(client_.send(create));
  return {};
}

Status RemoteStore::remove_bucket(const BucketName& bucket) {
  TRY(client_.send(request_of("DELETE", bucket)));
  return {};
}

Result<BucketInfo> RemoteStore::find_bucket(const BucketName& bucket) {
  TRY(client_.send(request_of("HEAD", bucket)));
  return BucketInfo{.name = bucket, .created_at = {}};  // A HEAD does not tell since when.
}

Result<std::vector<BucketInfo>> RemoteStore::buckets() {
  TRY_LET(const http::ClientResponse answer, client_.send({}));
  const auto document = xml::Document::parse(answer.body, {.size_max = 1 << 20});
  const auto list = document ? document->root().child("Buckets") : std::nullopt;
  if (!list) return fail(ErrorCode::corrupt, "remote: a list of buckets that is none");
  std::vector<BucketInfo> buckets;
  for (const xml::Element& element : list->children()) {
    const auto text = element.child("Name");
    auto name = BucketName::parse(text ? text->text() : "");
    if (!name) continue;  // Old ones may have a name that no new one may have.
    const auto created = element.child("CreationDate");
    buckets.push_back(
        {.name = *std::move(name),
         .created_at = parse_rfc3339(created ? created->text() : "").value_or(Instant())});
  }
  return buckets;
}

Result<std::unique_ptr<Upload>> RemoteStore::begin(const BucketName& bucket, const Key& key,
                                                   PutOptions options) {
  TRY(check_remote(client_, bucket, key, options.precondition));
  const std::uint64_t parts_max = kPartNumberMax;
  const std::uint64_t least = (options.size.value_or(0) + parts_max - 1) / parts_max;
  TRY_LET(Spool spool, Spool::open(spool_folder_));
  return std::make_unique<RemoteUpload>(
      client_,
      RemoteUpload::Target{.bucket = bucket,
                           .key = key,
                           .options = std::move(options),
                           .part_bytes = std::max(part_bytes_, least),
                           .key_lock = lock_of(bucket, key)},
      std::move(spool));
}

Result<ObjectInfo> RemoteStore::head(const BucketName& bucket, const Key& key) {
  TRY_LET(const http::ClientResponse answer, client_.send(request_of("HEAD", bucket, key)));
  TRY_LET(ObjectInfo info, read_headers(bucket, key, answer.headers));
  if (answer.headers.has("x-amz-tagging-count")) {
    TRY_LET(info.tags, tags_of(bucket, key));
  }
  return info;
}

Result<Object> RemoteStore::open(const BucketName& bucket, const Key& key) {
  RemoteRequest get = request_of("GET", bucket, key);
  TRY_LET(http::ClientDownload body, client_.download(get));
  TRY_LET(ObjectInfo info, read_headers(bucket, key, body.headers()));
  RemoteContent::Source source{.request = std::move(get), .etag = info.etag, .size = info.size};
  return Object{.info = std::move(info),
                .content = std::make_unique<RemoteContent>(client_, spool_folder_,
                                                           std::move(source), std::move(body))};
}

Result<Removal> RemoteStore::remove(const BucketName& bucket, const Key& key,
                                    const RemoveCondition& condition, const Writer& /*writer*/) {
  const std::lock_guard guard(lock_of(bucket, key));
  if (condition.sequencer || condition.is_about_content()) {
    const auto present = client_.send(request_of("HEAD", bucket, key));
    if (!present && present.error().code == ErrorCode::not_found) {
      TRY(find_bucket(bucket));
      return Removal{};
    }
    if (!present) return std::unexpected(present.error());
    TRY_LET(const ObjectInfo info, read_headers(bucket, key, present->headers));
    TRY(check_remove_condition(condition, info));
    if (condition.sequencer && *condition.sequencer != info.sequencer)
      return fail(ErrorCode::conflict, "another sequencer");
  }
  TRY_LET(const http::ClientResponse answer, client_.send(request_of("DELETE", bucket, key)));
  return Removal{.version_id = std::string(answer.headers.find("x-amz-version-id").value_or("")),
                 .is_marker = answer.headers.find("x-amz-delete-marker") == "true"};
}

Status RemoteStore::set_tags(const BucketName& bucket, const Key& key,
                             const std::map<std::string, std::string>& tags) {
  RemoteRequest put = request_of("PUT", bucket, key);
  put.query = {{"tagging", ""}};
  set_document(put, write_tagging_document(tags));
  TRY(client_.send(put));
  return {};
}

Result<std::map<std::string, std::string>> RemoteStore::tags_of(const BucketName& bucket,
                                                                const Key& key) {
  RemoteRequest get = request_of("GET", bucket, key);
  get.query = {{"tagging", ""}};
  TRY_LET(const http::ClientResponse answer, client_.send(get));
  const auto document = xml::Document::parse(answer.body, {});
  const auto set = document ? document->root().child("TagSet") : std::nullopt;
  if (!set) return fail(ErrorCode::corrupt, "remote: tags that are none");
  std::map<std::string, std::string> tags;
  for (const xml::Element& tag : set->children()) {
    const auto name = tag.child("Key");
    const auto value = tag.child("Value");
    if (name && value) tags[name->text()] = value->text();
  }
  return tags;
}

}  // namespace

Result<std::unique_ptr<Store>> open_remote_store(RemoteStoreOptions options, const Clock& clock) {
  TRY(make_folders(options.spool_folder));
  return std::make_unique<RemoteStore>(std::move(options), clock);
}

}  // namespace tintype::bucket

// The object store: what a bucket holds, under the S3 API and under our own stages.
//
// An object becomes visible in one step. Its content lies in a file of a random name, complete and
// synced; then its row, the event it causes and whatever else observers add commit in one
// transaction. Before that commit nobody sees it, after it nobody misses it:
//
//   begin ──▶ write* ──▶ commit ──▶ [ row + event + slot, one transaction ] ──▶ visible
//     └──────────┴── ~Upload: nothing happened
//
// A crash leaves at most a file that no row names; it is swept at the next start.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/text.h"
#include "bucket/checksum.h"
#include "bucket/content.h"
#include "bucket/identity/bucket_owner.h"
#include "bucket/name.h"
#include "sql/database.h"

namespace tintype::bucket {

/// The version id of what was written without versions, or while they were suspended.
inline constexpr std::string_view kNullVersion = "null";

/// What is known of a stored object.
struct ObjectInfo {
  BucketName bucket;
  Key key;
  std::uint64_t size = 0;
  /// Without quotes, as S3 has it: the MD5 in hexadecimal of what one request brought; of N parts
  /// the MD5 of their MD5s, and "-N".
  std::string etag = {};
  std::string sha256 = {};  ///< Hexadecimal, of the content.
  /// "binary/octet-stream" where the client named none, as S3 does.
  std::string content_type = {};
  std::string cache_control = {};  ///< Empty: none.
  /// x-amz-meta-*, names lower-case without the prefix.
  std::map<std::string, std::string> metadata = {};
  std::string sequencer = {};  ///< Hexadecimal, 16 digits; grows with each write of a key.
  Instant modified_at = {};
  /// Other header fields that it is given out with, such as content-disposition; lower-case.
  std::map<std::string, std::string> headers = {};
  std::map<std::string, std::string> tags = {};
  std::optional<ContentChecksum> checksum = {};  ///< If the client sent one, or asked for one.
  std::string version_id = std::string(kNullVersion);  ///< Opaque: bucket/versions.h.
};

/// What a removal did in a bucket with versions; in another one, nothing to tell.
struct Removal {
  std::string version_id = {};  ///< Of the marker that was made, or of what was removed.
  bool is_marker = false;       ///< It is a delete marker's.
};

/// The kind of request by which an object comes or goes; S3's events are named after it. The last
/// one is the bucket's lifecycle, by which it can only go.
enum class WrittenBy { put, post, copy, multipart, lifecycle };

/// Who writes, for events and logs.
struct Writer {
  /// The access key id, or "tintype" for our own stages.
  std::string principal = std::string(kNodeOwner);
  /// Whose key it is; empty: a stranger's.
  std::string owner_id = std::string(kNodeOwner);
  std::string remote_address = {};
  std::string request_id = {};
  bool presigned = false;  ///< By a presigned request: whoever was given it.
  WrittenBy by = WrittenBy::put;
};

/// What must hold of a key when a write to it commits (RFC 9110, 13.1); `conflict` if it does not.
struct Precondition {
  bool absent = false;                       ///< If-None-Match: *.
  bool present = false;                      ///< If-Match: *; `not_found` if there is none.
  std::optional<std::string> etag = {};      ///< If-Match; `not_found` if there is no object.
  std::optional<std::string> not_etag = {};  ///< If-None-Match; holds where there is no object.

  bool any() const { return absent || present || etag || not_etag; }
};

/// What must hold of an object, or of a version, for its removal; `conflict` if it does not. What
/// is not there meets all of it: it is gone already.
struct RemoveCondition {
  std::optional<std::string> sequencer = {};  ///< That very write.
  bool present = false;  ///< Anything: where there is nothing, no marker of its removal is made.
  std::optional<std::string> etag = {};
  std::optional<std::uint64_t> size = {};
  std::optional<Instant> modified_at = {};  ///< To the second, as HTTP tells it.

  /// Whether it asks for more than the sequencer.
  bool is_about_content() const { return present || etag || size || modified_at; }
};

struct PutOptions {
  std::string content_type = {};
  std::string cache_control = {};
  std::map<std::string, std::string> metadata = {};
  std::map<std::string, std::string> headers = {};  ///< As in ObjectInfo.
  std::map<std::string, std::string> tags = {};
  /// What an object of several parts must have, by what its sender says; `damaged_input` if not.
  std::optional<ContentChecksum> checksum = {};
  /// As announced by the client; absent for a chunked body, a form and an upload in parts.
  std::optional<std::uint64_t> size = {};
  Precondition precondition = {};
  Writer writer = {};
};

/// A content on its way in. Discarded unless committed. Bound to one thread at a time; blocks.
class Incoming {
 public:
  virtual ~Incoming() = default;
  /// `too_large` over the announced or the allowed size, `unavailable` if the disk is full.
  virtual Status write(Bytes bytes) = 0;
  /// Bytes so far, and their digests (after the last write).
  virtual std::uint64_t size() const = 0;
  virtual std::string sha256_hex() = 0;
  virtual std::string md5_hex() = 0;
  /// The checksum to give it whether or not the client sent one.
  virtual std::optional<ChecksumKind> wanted_checksum() const { return std::nullopt; }
  /// Kept with the content; before commit().
  void set_checksum(ContentChecksum checksum) { checksum_ = std::move(checksum); }

 protected:
  const std::optional<ContentChecksum>& checksum() const { return checksum_; }

 private:
  std::optional<ContentChecksum> checksum_;
};

/// One object on its way in.
class Upload : public Incoming {
 public:
  /// Makes it visible. Once this returns it outlives a power cut, and so does its event.
  /// `damaged_input` with fewer bytes than announced; see PutOptions for the conditions; what an
  /// observer's created() fails with. Once only.
  virtual Result<ObjectInfo> commit() = 0;
};

/// An object to read: what is known of it and its content, which is never null.
struct Object {
  ObjectInfo info;
  std::unique_ptr<Content> content;
};

/// One that is in memory as a whole, as it is now.
struct SmallObject {
  ObjectInfo info;
  std::shared_ptr<const std::string> content;
};
using SmallObjectPtr = std::shared_ptr<const SmallObject>;

struct ListQuery {
  std::string prefix = {};
  std::string delimiter = {};  ///< Empty: none.
  std::string after = {};      ///< Only keys (and common prefixes) greater than this.
  std::size_t count_max = 1000;
};
struct ListPage {
  std::vector<ObjectInfo> objects;
  std::vector<std::string> common_prefixes;
  bool truncated = false;
  std::string next_after;  ///< What to give as `after` for the next page, if truncated.
};

struct BucketInfo {
  BucketName name;
  Instant created_at;
  std::string owner_id = std::string(kNodeOwner);
};

/// What a PUT wants, before its body is read.
struct PutIntent {
  const BucketName& bucket;
  const Key& key;
  const PutOptions& options;  ///< Of a part: `size` is the part's.
  /// Set where the PUT brings one part.
  struct Part {
    std::string_view upload_id;
    std::int64_t number;
  };
  std::optional<Part> part = {};
};

/// What a removal took away.
struct RemovedObject {
  BucketName bucket;
  Key key;
  std::string sequencer = {};  ///< Behind what was removed, and before what is written next.
  /// Of what is gone for good, or of the marker; empty without versions.
  std::string version_id = {};
  bool is_marker = false;  ///< Nothing is gone: a delete marker lies over it now.
  Instant at = {};
};

/// Another stage that takes part in the life of objects (the included side owns the interface).
/// Called from many threads.
class Observer {
 public:
  virtual ~Observer() = default;
  /// May refuse a PUT before its body is read: `denied` or `invalid_argument`, whose message the
  /// client sees, or `too_large`.
  virtual Status admit(const PutIntent& intent) = 0;
  /// Adds rows to the transaction that makes the object visible; an error undoes all of it.
  virtual Status created(sql::Session& session, const ObjectInfo& object, const Writer& writer) = 0;
  /// After that transaction is on disk.
  virtual void committed(const ObjectInfo& object) = 0;
  /// The same two of a removal; most have nothing to do with it.
  virtual Status removed(sql::Session& /*session*/, const RemovedObject& /*object*/,
                         const Writer& /*writer*/) {
    return {};
  }
  virtual void removal_committed(const RemovedObject& /*object*/) {}
};

/// Thread-safe. Blocks: call it from the blocking pool or a thread of one's own.
class Store {
 public:
  virtual ~Store() = default;

  /// Of this node's own.
  Status create_bucket(const BucketName& bucket) {
    return create_bucket_of(std::string(kNodeOwner), bucket);
  }
  /// `conflict` if it exists, whoever has it.
  virtual Status create_bucket_of(const std::string& owner_id, const BucketName& bucket) = 0;
  /// With its uploads in parts. `not_found` if there is none, `conflict` if an object or a version
  /// is in it.
  virtual Status remove_bucket(const BucketName& bucket) = 0;
  /// `not_found` if there is none.
  virtual Result<BucketInfo> find_bucket(const BucketName& bucket) = 0;
  Result<bool> bucket_exists(const BucketName& bucket);
  /// All of them, by name.
  virtual Result<std::vector<BucketInfo>> buckets() = 0;

  /// What the observers say of a PUT, without beginning it.
  virtual Status admit(const PutIntent& intent) = 0;
  /// `not_found` if the bucket does not exist, `too_large` if the announced size is over the limit;
  /// what an observer refuses. A condition that already fails is refused here, so that no body is
  /// sent in vain; commit() decides it for good.
  virtual Result<std::unique_ptr<Upload>> begin(const BucketName& bucket, const Key& key,
                                                PutOptions options) = 0;
  /// begin, write and commit in one.
  Result<ObjectInfo> put(const BucketName& bucket, const Key& key, Bytes content,
                         PutOptions options);

  /// `not_found` if there is no such object (or bucket).
  virtual Result<ObjectInfo> head(const BucketName& bucket, const Key& key) = 0;
  virtual Result<Object> open(const BucketName& bucket, const Key& key) = 0;
  /// The object, if it is at hand without waiting; null says nothing. Does not block.
  virtual SmallObjectPtr recall(const BucketName& /*bucket*/, const Key& /*key*/) {
    return nullptr;
  }
  /// Succeeds if there is none, as S3 does; `not_found` if there is no such bucket. What does not
  /// meet the condition stays. In a bucket with versions the object stays as one, below a delete
  /// marker.
  virtual Result<Removal> remove(const BucketName& bucket, const Key& key,
                                 const RemoveCondition& condition = {},
                                 const Writer& writer = {}) = 0;
  /// Replaces the tags of an object, which stays the same write. `not_found` if there is none.
  virtual Status set_tags(const BucketName& bucket, const Key& key,
                          const std::map<std::string, std::string>& tags) = 0;
  /// In byte order. `not_found` if there is no such bucket, `invalid_argument` for a query that is
  /// not UTF-8. Costs as much as the page, however much lies under a common prefix.
  virtual Result<ListPage> list(const BucketName& bucket, const ListQuery& query) = 0;
};

}  // namespace tintype::bucket

// Uploads in parts: an object that comes in several requests, in any order and at the same time.
//
//   create ──▶ begin_part ──▶ write* ──▶ commit   (each part: its file synced, then its row)
//     │             (again with the same number: the newer part takes its place)
//     ├──▶ complete ──▶ [ the object, its event and its slot; no upload and no parts any more ]
//     └──▶ abort    ──▶ [ no upload and no parts any more ]
//
// A part that was committed outlives a power cut. complete() joins the parts in a file of its own
// and then is one transaction, as any other write of an object is.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bucket/identity/bucket_owner.h"
#include "bucket/settings.h"
#include "bucket/store.h"
#include "bucket/versions.h"

namespace tintype::bucket {

/// S3: "Amazon S3 multipart upload limits".
inline constexpr std::int64_t kPartNumberMax = 10'000;
inline constexpr std::uint64_t kPartBytesMin = 5ULL << 20;  ///< Of all but the last one.

/// The checksum that each part of an upload has, and how the object's is made of them.
struct MultipartChecksum {
  ChecksumKind kind = ChecksumKind::crc32;
  ChecksumType type = ChecksumType::composite;
};

/// Which upload. The id is the store's own; the same one for another key does not exist.
struct MultipartName {
  BucketName bucket;
  Key key;
  std::string upload_id;
};

struct MultipartInfo {
  MultipartName name;
  Instant created_at;
  BucketOwner initiator = {};  ///< Who began it; no id: a stranger.
  /// What create() was told of checksums.
  std::optional<MultipartChecksum> checksum = {};
};

struct MultipartPage {
  std::vector<MultipartInfo> uploads;
  std::vector<std::string> common_prefixes;
  bool truncated = false;
  std::string next_after_key = {};  ///< For the next page, if truncated.
  std::string next_after_upload_id = {};
};

struct PartInfo {
  std::int64_t number = 0;  ///< 1 to kPartNumberMax.
  std::uint64_t size = 0;
  std::string etag = {};  ///< Without quotes: the part's MD5 in hexadecimal.
  Instant modified_at = {};
  std::optional<ContentChecksum> checksum = {};
};

/// One part on its way in.
class PartUpload : public Incoming {
 public:
  /// Once this returns the part outlives a power cut. `damaged_input` with fewer bytes than
  /// announced, `not_found` if the upload was completed or aborted meanwhile. Once only.
  virtual Result<PartInfo> commit() = 0;
};

/// Thread-safe. Blocks. `not_found` everywhere for an upload that does not exist (any more).
class Multiparts {
 public:
  virtual ~Multiparts() = default;

  /// A new upload: its id. `options.size` and its conditions are ignored. With `checksum`, each
  /// part and the object get one. `not_found` if the bucket does not exist; what an observer
  /// refuses.
  virtual Result<std::string> create(const BucketName& bucket, const Key& key,
                                     const PutOptions& options,
                                     std::optional<MultipartChecksum> checksum = {}) = 0;

  struct Part {
    std::int64_t number = 1;
    std::optional<std::uint64_t> size;  ///< As announced.
    Writer writer;
  };
  /// `invalid_argument` for a number out of range, `too_large` for a size over the limit; what an
  /// observer refuses.
  virtual Result<std::unique_ptr<PartUpload>> begin_part(const MultipartName& name, Part part) = 0;

  /// Those with a greater number than `after`, in order, at most `count_max`.
  virtual Result<std::vector<PartInfo>> parts(const MultipartName& name, std::int64_t after,
                                              std::size_t count_max) = 0;

  virtual Result<MultipartInfo> head(const MultipartName& name) = 0;

  /// The object of `parts`, in ascending order of their numbers, as parts() told of them; those
  /// that are not named are dropped. `conflict` if one of them was replaced meanwhile, and for what
  /// Upload::commit() has it for; `too_large` if all are over the limit of an object.
  virtual Result<ObjectInfo> complete(const MultipartName& name, const std::vector<PartInfo>& parts,
                                      const PutOptions& options) = 0;
  virtual Status abort(const MultipartName& name) = 0;
  /// The parts that a stored object came in: numbers from 1 on, sizes and checksums. None if it
  /// came whole.
  virtual Result<std::vector<PartInfo>> parts_of(const ObjectInfo& object) = 0;

  struct ListQuery {
    std::string prefix = {};
    std::string delimiter = {};        ///< Empty: none. Else a key up to it stands for all of them.
    std::string after_key = {};        ///< Only greater keys, and of this one
    std::string after_upload_id = {};  ///< only greater ids; empty: none of it.
    std::size_t count_max = 1000;      ///< Of uploads and common prefixes together.
  };
  /// In the order of keys and ids. `not_found` if the bucket does not exist.
  virtual Result<MultipartPage> list(const BucketName& bucket, const ListQuery& query) = 0;
  /// Aborts those that were created before `instant`: how many.
  virtual Result<std::int64_t> abort_older(Instant instant) = 0;
};

/// A Store that takes uploads in parts and keeps versions and settings, too.
class MultipartStore : public Store {
 public:
  virtual Multiparts& multiparts() = 0;
  virtual Versions& versions() = 0;
  virtual Settings& settings() = 0;
};

/// The ETag of an object that came in these parts.
Result<std::string> composite_etag(const std::vector<PartInfo>& parts);
/// Its checksum, made of theirs. `invalid_argument` if a part has none of that kind.
Result<ContentChecksum> composite_checksum(ChecksumKind kind, const std::vector<PartInfo>& parts);

}  // namespace tintype::bucket

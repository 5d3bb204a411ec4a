#pragma once

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "bucket/remote/remote_client.h"
#include "bucket/remote/spool.h"
#include "bucket/store.h"

namespace tintype::bucket {

/// What an S3 knows of a key, beside what is wanted of it. Asks nothing if nothing is wanted.
Status check_remote(RemoteClient& client, const BucketName& bucket, const Key& key,
                    const Precondition& wanted);

/// An Upload to another S3. Discarded, what it began there is aborted.
class RemoteUpload final : public Upload {
 public:
  struct Target {
    BucketName bucket;
    Key key;
    PutOptions options;
    std::uint64_t part_bytes;
    std::mutex& key_lock;  ///< Held by whoever of this node writes or removes the key.
  };
  RemoteUpload(RemoteClient& client, Target target, Spool spool);
  ~RemoteUpload() override;
  RemoteUpload(const RemoteUpload&) = delete;
  RemoteUpload& operator=(const RemoteUpload&) = delete;

  Status write(Bytes bytes) override;
  std::uint64_t size() const override { return size_; }
  std::string sha256_hex() override;
  std::string md5_hex() override;
  Result<ObjectInfo> commit() override;

 private:
  RemoteRequest request_of(std::string method) const;
  Status send_part();
  Status make_visible();
  Status put_whole();
  Status complete();
  void note_written(std::string_view etag, const http::Headers& answer);
  void add_conditions(http::Headers& headers) const;
  Result<bool> was_written();

  RemoteClient& client_;
  const Target target_;
  const std::string write_id_;
  Spool spool_;  // The part that is being filled.
  std::uint64_t size_ = 0;
  crypto::Digest sha256_{crypto::DigestKind::sha256};
  crypto::Digest md5_{crypto::DigestKind::md5};
  std::string sha256_hex_;  // Empty until asked for; nothing may be written from then on.
  std::string md5_hex_;
  crypto::Digest part_sha256_{crypto::DigestKind::sha256};  // Of what spool_ holds.
  std::string upload_id_;                                   // Empty: in one request.
  std::vector<std::string> part_etags_;
  ObjectInfo written_;
};

}  // namespace tintype::bucket

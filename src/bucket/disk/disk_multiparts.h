#pragma once

#include <string>
#include <vector>

#include "bucket/disk/content_writer.h"
#include "bucket/disk/multipart_row.h"
#include "bucket/disk/publisher.h"
#include "bucket/multiparts.h"

namespace tintype::bucket {

/// Uploads in parts on local disk. A part's file stays in pending/, named by its row, until its
/// upload ends: it is never an object's. docs/formats/objects.md.
class DiskMultiparts final : public Multiparts {
 public:
  /// All that is given must outlive it. `object_bytes_max` is of a part and of all of them.
  DiskMultiparts(Publisher& publisher, sql::Database& database, const Clock& clock,
                 std::uint64_t object_bytes_max)
      : publisher_(publisher),
        database_(database),
        clock_(clock),
        object_bytes_max_(object_bytes_max) {}

  Result<std::string> create(const BucketName& bucket, const Key& key, const PutOptions& options,
                             std::optional<MultipartChecksum> checksum) override;
  Result<std::unique_ptr<PartUpload>> begin_part(const MultipartName& name, Part part) override;
  Result<std::vector<PartInfo>> parts(const MultipartName& name, std::int64_t after,
                                      std::size_t count_max) override;
  Result<ObjectInfo> complete(const MultipartName& name, const std::vector<PartInfo>& parts,
                              const PutOptions& options) override;
  Result<MultipartInfo> head(const MultipartName& name) override;
  Status abort(const MultipartName& name) override;
  Result<std::vector<PartInfo>> parts_of(const ObjectInfo& object) override;
  Result<MultipartPage> list(const BucketName& bucket, const ListQuery& query) override;
  Result<std::int64_t> abort_older(Instant instant) override;

  /// The second half of PartUpload::commit; answers for the file from now on.
  Result<PartInfo> publish(const MultipartName& name, StoredPart part);

 private:
  struct Chosen {
    MultipartRow row;
    std::vector<StoredPart> parts;
  };
  Result<MultipartRow> find_for_part(sql::Session& session, const MultipartName& name,
                                     const Part& part) const;
  Result<Chosen> choose(sql::Session& session, const MultipartName& name,
                        const std::vector<PartInfo>& parts) const;
  Result<std::optional<ContentChecksum>> join_with_checksum(const Chosen& chosen,
                                                            const std::vector<PartInfo>& parts,
                                                            ContentWriter& whole);
  Status join(const std::vector<StoredPart>& parts, ContentWriter& whole, Checksum* checksum);
  void discard(const std::vector<std::string>& content_ids);

  Publisher& publisher_;
  sql::Database& database_;
  const Clock& clock_;
  const std::uint64_t object_bytes_max_;
};

}  // namespace tintype::bucket

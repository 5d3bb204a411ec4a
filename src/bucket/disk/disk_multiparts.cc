#include "bucket/disk/disk_multiparts.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/file.h"
#include "base/log.h"
#include "base/random.h"
#include "bucket/disk/list_multiparts.h"
#include "bucket/disk/object_part_row.h"
#include "bucket/disk/object_row.h"
#include "bucket/disk/quota.h"
#include "crypto/digest.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kJoinBytes = 256 << 10;
constexpr std::size_t kAbortedAtOnce = 100;  // So that nobody waits long for the writer.

std::string context_of(std::string_view intent, const MultipartName& name) {
  return std::string(intent) + " '" + name.bucket.str() + "/" + name.key.str() + "'";
}

class DiskPart final : public PartUpload {
 public:
  DiskPart(DiskMultiparts& multiparts, ContentFolder& folder, MultipartName name,
           std::int64_t number, std::optional<MultipartChecksum> wanted, ContentFolder::File file,
           ContentWriter::Limits limits)
      : multiparts_(multiparts),
        name_(std::move(name)),
        number_(number),
        wanted_(wanted),
        content_(folder, std::move(file), limits) {}

  Status write(Bytes bytes) override { return content_.write(bytes); }
  std::uint64_t size() const override { return content_.size(); }
  std::string sha256_hex() override { return content_.sha256_hex(); }
  std::string md5_hex() override { return content_.md5_hex(); }
  std::optional<ChecksumKind> wanted_checksum() const override {
    return wanted_ ? std::optional(wanted_->kind) : std::nullopt;
  }

  Result<PartInfo> commit() override {
    TRY(content_.sync());
    StoredPart part{.info = {.number = number_,
                             .size = content_.size(),
                             .etag = content_.md5_hex(),
                             .modified_at = {},
                             .checksum = checksum()},
                    .content_id = content_.release()};
    return multiparts_.publish(name_, std::move(part));
  }

 private:
  DiskMultiparts& multiparts_;
  const MultipartName name_;
  const std::int64_t number_;
  const std::optional<MultipartChecksum> wanted_;
  ContentWriter content_;
};

/// True if the client claims what is so, whether or not it gives the count of parts.
bool is_claimed(const std::optional<ContentChecksum>& checksum, const ContentChecksum& claimed) {
  if (!checksum || checksum->kind != claimed.kind) return false;
  return checksum->base64 == claimed.base64 ||
         checksum->base64.substr(0, checksum->base64.find('-')) == claimed.base64;
}

}  // namespace

Result<std::string> DiskMultiparts::create(const BucketName& bucket, const Key& key,
                                           const PutOptions& options,
                                           std::optional<MultipartChecksum> checksum) {
  TRY(publisher_.admit({.bucket = bucket, .key = key, .options = options}));
  const MultipartName name{.bucket = bucket, .key = key, .upload_id = make_id()};
  const MultipartRow row{.content_type = options.content_type,
                         .cache_control = options.cache_control,
                         .metadata = options.metadata,
                         .headers = options.headers,
                         .tags = options.tags,
                         .checksum = checksum,
                         .initiator = options.writer.owner_id};
  TRY(within(context_of("begin upload in parts of", name),
             database_.write(std::function<Status(sql::Session&)>([&](sql::Session& session) {
               const Status bucket_there = require_bucket(session, bucket);
               return bucket_there ? insert_multipart(session, name, row, clock_.now())
                                   : bucket_there;
             }))));
  return name.upload_id;
}

/// The upload, if its bucket has room for the part.
Result<MultipartRow> DiskMultiparts::find_for_part(sql::Session& session, const MultipartName& name,
                                                   const Part& part) const {
  TRY_LET(MultipartRow row, find_multipart(session, name));
  Status room = require_room(session, name.bucket,
                             {.bytes = static_cast<std::int64_t>(part.size.value_or(0))});
  if (room) return row;
  // What it replaces may make room for it: the transaction that writes its row tells.
  TRY_LET(const auto replaced, find_parts(session, name.upload_id, part.number - 1, 1));
  if (!replaced.empty() && replaced.front().info.number == part.number) return row;
  return std::unexpected(std::move(room).error());
}

Result<std::unique_ptr<PartUpload>> DiskMultiparts::begin_part(const MultipartName& name,
                                                               Part part) {
  const std::string context = context_of("put part of", name);
  if (part.number < 1 || part.number > kPartNumberMax)
    return fail(ErrorCode::invalid_argument,
                "Part number must be an integer between 1 and 10000, inclusive");
  if (part.size.value_or(0) > object_bytes_max_)
    return fail(ErrorCode::too_large, context + ": over the limit");
  TRY_LET(const MultipartRow row, within(context, database_.read([&](sql::Session& session) {
            return find_for_part(session, name, part);
          })));
  const PutOptions options{.content_type = row.content_type,
                           .cache_control = {},
                           .metadata = {},
                           .size = part.size,
                           .writer = std::move(part.writer)};
  // Without context: the client sees an observer's words.
  TRY(publisher_.admit(
      {.bucket = name.bucket,
       .key = name.key,
       .options = options,
       .part = PutIntent::Part{.upload_id = name.upload_id, .number = part.number}}));
  TRY_LET(ContentFolder::File file,
          within(context, publisher_.folder().create(part.size.value_or(0))));
  return std::make_unique<DiskPart>(
      *this, publisher_.folder(), name, part.number, row.checksum, std::move(file),
      ContentWriter::Limits{.size = part.size, .size_max = object_bytes_max_});
}

Result<PartInfo> DiskMultiparts::publish(const MultipartName& name, StoredPart part) {
  part.info.modified_at = clock_.now();
  std::string replaced;
  const auto written = database_.write([&](sql::Session& session) -> Status {
    TRY(find_multipart(session, name));
    TRY_LET(replaced, write_part(session, name, part));
    return {};
  });
  if (!written) {
    // An error may also mean that only the answer got lost: the row decides.
    publisher_.resolve(part.content_id);
    return within(context_of("put part of", name),
                  Result<PartInfo>(std::unexpected(written.error())));
  }
  if (!replaced.empty()) publisher_.discard(replaced);
  return part.info;
}

Result<std::vector<PartInfo>> DiskMultiparts::parts(const MultipartName& name, std::int64_t after,
                                                    std::size_t count_max) {
  auto stored = database_.read([&](sql::Session& session) -> Result<std::vector<StoredPart>> {
    TRY(find_multipart(session, name));
    return find_parts(session, name.upload_id, after, count_max);
  });
  TRY_LET(const auto parts, within(context_of("list parts of", name), std::move(stored)));
  std::vector<PartInfo> infos;
  infos.reserve(parts.size());
  for (const StoredPart& part : parts) infos.push_back(part.info);
  return infos;
}

Result<MultipartInfo> DiskMultiparts::head(const MultipartName& name) {
  return within(
      context_of("find upload in parts of", name),
      database_.read([&](sql::Session& session) { return find_multipart_info(session, name); }));
}

/// The rows of `parts`, if they are there and as the caller saw them.
Result<DiskMultiparts::Chosen> DiskMultiparts::choose(sql::Session& session,
                                                      const MultipartName& name,
                                                      const std::vector<PartInfo>& parts) const {
  Chosen chosen;
  TRY_LET(chosen.row, find_multipart(session, name));
  TRY_LET(const auto present, find_parts(session, name.upload_id, 0, kPartNumberMax));
  auto at = present.begin();
  for (const PartInfo& part : parts) {
    while (at != present.end() && at->info.number < part.number) ++at;
    if (at == present.end() || at->info.number != part.number || at->info.etag != part.etag)
      return fail(ErrorCode::conflict, "part " + std::to_string(part.number) + " was replaced");
    chosen.parts.push_back(*at);
  }
  return chosen;
}

Result<ObjectInfo> DiskMultiparts::complete(const MultipartName& name,
                                            const std::vector<PartInfo>& parts,
                                            const PutOptions& options) {
  const std::string context = context_of("complete upload in parts of", name);
  TRY_LET(const Chosen chosen, within(context, database_.read([&](sql::Session& session) {
            return choose(session, name, parts);
          })));
  std::uint64_t size = 0;
  for (const StoredPart& part : chosen.parts) size += part.info.size;  // 10,000 of 5 GiB fit.
  if (size > object_bytes_max_) return fail(ErrorCode::too_large, context + ": over the limit");

  TRY_LET(ContentFolder::File file, within(context, publisher_.folder().create(size)));
  ContentWriter whole(publisher_.folder(), std::move(file),
                      {.size = size, .size_max = object_bytes_max_},
                      ContentWriter::Digests::sha256);
  TRY_LET(auto checksum, within(context, join_with_checksum(chosen, parts, whole)));
  if (options.checksum && !is_claimed(checksum, *options.checksum))
    return fail(ErrorCode::damaged_input, context + ": another checksum than was claimed");
  TRY_LET(std::string etag, within(context, composite_etag(parts)));
  ObjectInfo object{.bucket = name.bucket,
                    .key = name.key,
                    .size = size,
                    .etag = std::move(etag),
                    .sha256 = whole.sha256_hex(),
                    .content_type = chosen.row.content_type,
                    .cache_control = chosen.row.cache_control,
                    .metadata = chosen.row.metadata,
                    .sequencer = {},
                    .modified_at = {},
                    .headers = chosen.row.headers,
                    .tags = chosen.row.tags,
                    .checksum = std::move(checksum)};
  std::vector<std::string> unnamed;
  const std::string content_id = whole.release();
  auto published = publisher_.publish(
      std::move(object), content_id, options, [&](sql::Session& session) -> Status {
        // Between the two looks a part may have been replaced: then what was joined is not it.
        TRY_LET(const Chosen still, choose(session, name, parts));
        for (std::size_t i = 0; i < still.parts.size(); ++i)
          if (still.parts[i].content_id != chosen.parts[i].content_id)
            return fail(ErrorCode::conflict, context + ": a part was replaced");
        TRY_LET(unnamed, delete_multipart(session, name.bucket, name.upload_id));
        return insert_object_parts(session, content_id, parts);
      });
  if (published) discard(unnamed);
  return published;
}

Result<std::optional<ContentChecksum>> DiskMultiparts::join_with_checksum(
    const Chosen& chosen, const std::vector<PartInfo>& parts, ContentWriter& whole) {
  const auto& wanted = chosen.row.checksum;
  std::optional<Checksum> checksum;
  if (wanted && wanted->type == ChecksumType::full_object) checksum.emplace(wanted->kind);
  TRY(join(chosen.parts, whole, checksum ? &*checksum : nullptr));
  if (checksum)
    return ContentChecksum{.kind = wanted->kind, .base64 = to_base64(as_bytes(checksum->finish()))};
  if (!wanted) return std::nullopt;
  return composite_checksum(wanted->kind, parts);
}

/// One after the other into `whole`, and through `checksum` if it is not null.
Status DiskMultiparts::join(const std::vector<StoredPart>& parts, ContentWriter& whole,
                            Checksum* checksum) {
  std::vector<std::byte> buffer(kJoinBytes);
  for (const StoredPart& part : parts) {
    TRY_LET(const Fd content, publisher_.folder().read(part.content_id));
    for (;;) {
      const ssize_t got = ::read(content.get(), buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return errno_error("read part", part.content_id, errno);
      if (got == 0) break;
      const Bytes bytes(buffer.data(), static_cast<std::size_t>(got));
      TRY(whole.write(bytes));
      if (checksum != nullptr) checksum->update(bytes);
    }
  }
  return whole.sync();
}

Status DiskMultiparts::abort(const MultipartName& name) {
  std::vector<std::string> unnamed;
  TRY(within(
      context_of("abort upload in parts of", name),
      database_.write(std::function<Status(sql::Session&)>([&](sql::Session& session) -> Status {
        TRY(find_multipart(session, name));
        TRY_LET(unnamed, delete_multipart(session, name.bucket, name.upload_id));
        return {};
      }))));
  discard(unnamed);
  return {};
}

Result<std::vector<PartInfo>> DiskMultiparts::parts_of(const ObjectInfo& object) {
  return within(
      "find parts of '" + object.bucket.str() + "/" + object.key.str() + "'",
      database_.read([&](sql::Session& session) { return find_object_parts(session, object); }));
}

void DiskMultiparts::discard(const std::vector<std::string>& content_ids) {
  for (const std::string& content_id : content_ids) publisher_.discard(content_id);
}

Result<MultipartPage> DiskMultiparts::list(const BucketName& bucket, const ListQuery& query) {
  return within("list uploads in parts of '" + bucket.str() + "'",
                database_.read([&](sql::Session& session) -> Result<MultipartPage> {
                  TRY(require_bucket(session, bucket));
                  return list_multiparts(session, bucket, query);
                }));
}

Result<std::int64_t> DiskMultiparts::abort_older(Instant instant) {
  std::int64_t aborted_count = 0;
  for (;;) {
    TRY_LET(const auto infos,
            within("abort old uploads in parts", database_.read([&](sql::Session& session) {
              return older_multiparts(session, instant, kAbortedAtOnce);
            })));
    for (const MultipartInfo& info : infos) {
      const Status aborted = abort(info.name);
      // Somebody else has ended it since we looked.
      if (!aborted && aborted.error().code != ErrorCode::not_found)
        return std::unexpected(aborted.error());
      aborted_count += aborted ? 1 : 0;
    }
    if (infos.size() < kAbortedAtOnce) return aborted_count;
  }
}

}  // namespace tintype::bucket

#include "bucket/remote/remote_upload.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/random.h"
#include "bucket/condition.h"
#include "bucket/multiparts.h"
#include "bucket/remote/remote_object.h"
#include "bucket/wire.h"
#include "xml/reader.h"
#include "xml/writer.h"

namespace tintype::bucket {

Status check_remote(RemoteClient& client, const BucketName& bucket, const Key& key,
                    const Precondition& wanted) {
  if (!wanted.any()) return {};
  const auto present = client.send({.method = "HEAD", .bucket = bucket.str(), .key = key.str()});
  if (!present && present.error().code != ErrorCode::not_found)
    return std::unexpected(present.error());
  const std::string etag = present ? strong_etag(present->headers.find("ETag").value_or("")) : "";
  return check_precondition(wanted, present ? &etag : nullptr);
}

RemoteUpload::RemoteUpload(RemoteClient& client, Target target, Spool spool)
    : client_(client),
      target_(std::move(target)),
      write_id_(make_id()),
      spool_(std::move(spool)),
      written_{.bucket = target_.bucket, .key = target_.key} {}

RemoteUpload::~RemoteUpload() {
  if (upload_id_.empty()) return;
  RemoteRequest abort = request_of("DELETE");
  abort.query = {{"uploadId", upload_id_}};
  const auto aborted = client_.send(abort);
  if (!aborted && aborted.error().code != ErrorCode::not_found)
    log(LogLevel::warning, "remote upload left over", {{"reason", aborted.error().message}});
}

RemoteRequest RemoteUpload::request_of(std::string method) const {
  return {.method = std::move(method), .bucket = target_.bucket.str(), .key = target_.key.str()};
}

Status RemoteUpload::write(Bytes bytes) {
  if (target_.options.size && size_ + bytes.size() > *target_.options.size)
    return fail(ErrorCode::too_large, "more bytes than announced");
  size_ += bytes.size();
  sha256_.update(bytes);
  md5_.update(bytes);
  while (!bytes.empty()) {
    // Only with more to come: the last part waits for commit(), and so an object that fits is one
    // request.
    if (spool_.size() == target_.part_bytes) TRY(send_part());
    const Bytes piece =
        bytes.first(std::min<std::uint64_t>(bytes.size(), target_.part_bytes - spool_.size()));
    TRY(spool_.write(piece));
    part_sha256_.update(piece);
    bytes = bytes.subspan(piece.size());
  }
  return {};
}

std::string RemoteUpload::sha256_hex() {
  if (sha256_hex_.empty()) sha256_hex_ = to_hex(as_bytes(sha256_.finish()));
  return sha256_hex_;
}

std::string RemoteUpload::md5_hex() {
  if (md5_hex_.empty()) md5_hex_ = to_hex(as_bytes(md5_.finish()));
  return md5_hex_;
}

Status RemoteUpload::send_part() {
  if (upload_id_.empty()) {
    RemoteRequest create = request_of("POST");
    create.query = {{"uploads", ""}};
    create.headers = write_headers(target_.options, write_id_);
    TRY_LET(const http::ClientResponse answer, client_.send(create));
    const auto document = xml::Document::parse(answer.body, {});
    const auto id = document ? document->root().child("UploadId") : std::nullopt;
    if (!id) return fail(ErrorCode::internal, "remote: an upload without UploadId");
    upload_id_ = id->text();
  }
  if (part_etags_.size() == static_cast<std::size_t>(kPartNumberMax))
    return fail(ErrorCode::too_large, "remote: more parts than an upload may have");
  RemoteRequest part = request_of("PUT");
  part.query = {{"partNumber", std::to_string(part_etags_.size() + 1)}, {"uploadId", upload_id_}};
  part.file = {.fd = spool_.fd(), .offset = 0, .size = spool_.size()};
  part.file_sha256 = to_hex(
      as_bytes(std::exchange(part_sha256_, crypto::Digest(crypto::DigestKind::sha256)).finish()));
  TRY_LET(const http::ClientResponse answer, client_.send(part));
  part_etags_.emplace_back(answer.headers.find("ETag").value_or(""));
  return spool_.clear();
}

Result<ObjectInfo> RemoteUpload::commit() {
  if (target_.options.size && size_ != *target_.options.size)
    return fail(ErrorCode::damaged_input, "fewer bytes than announced");
  const PutOptions& options = target_.options;
  if (!upload_id_.empty()) TRY(send_part());
  TRY(make_visible());
  upload_id_.clear();
  written_.size = size_;
  written_.sha256 = sha256_hex();
  written_.content_type = options.content_type;
  written_.cache_control = options.cache_control;
  written_.metadata = options.metadata;
  written_.headers = options.headers;
  written_.tags = options.tags;
  return written_;
}

Status RemoteUpload::make_visible() {
  const std::lock_guard guard(target_.key_lock);
  TRY(check_remote(client_, target_.bucket, target_.key, target_.options.precondition));
  const Status done = upload_id_.empty() ? put_whole() : complete();
  if (done) return {};
  // An answer that was lost leaves an object that then fails the condition of the next attempt, or
  // an upload that is gone.
  const ErrorCode code = done.error().code;
  if (code != ErrorCode::conflict && code != ErrorCode::not_found) return done;
  TRY_LET(const bool written, was_written());
  return written ? Status() : done;
}

/// Those that an S3 knows of, for who writes from elsewhere.
void RemoteUpload::add_conditions(http::Headers& headers) const {
  const Precondition& wanted = target_.options.precondition;
  if (wanted.absent) headers.set("If-None-Match", "*");
  if (wanted.etag) headers.set("If-Match", '"' + *wanted.etag + '"');
}

Status RemoteUpload::put_whole() {
  RemoteRequest put = request_of("PUT");
  put.headers = write_headers(target_.options, write_id_);
  add_conditions(put.headers);
  put.file = {.fd = spool_.fd(), .offset = 0, .size = spool_.size()};
  put.file_sha256 = sha256_hex();
  TRY_LET(const http::ClientResponse answer, client_.send(put));
  note_written(answer.headers.find("ETag").value_or(""), answer.headers);
  return {};
}

Status RemoteUpload::complete() {
  xml::Writer writer;
  writer.open("CompleteMultipartUpload", kXmlNamespace);
  for (std::size_t i = 0; i < part_etags_.size(); ++i) {
    writer.open("Part").number("PartNumber", i + 1).text("ETag", part_etags_[i]);
    writer.close();
  }
  RemoteRequest complete = request_of("POST");
  complete.query = {{"uploadId", upload_id_}};
  complete.headers.set("Content-Type", "application/xml");
  add_conditions(complete.headers);
  complete.body = std::move(writer).finish();
  TRY_LET(const http::ClientResponse answer, client_.send(complete));
  const auto document = xml::Document::parse(answer.body, {});
  const auto etag = document ? document->root().child("ETag") : std::nullopt;
  if (!etag) return fail(ErrorCode::internal, "remote: a completed upload without ETag");
  note_written(etag->text(), answer.headers);
  return {};
}

/// The time is that of the answer: a write is not told when it was.
void RemoteUpload::note_written(std::string_view etag, const http::Headers& answer) {
  written_.etag = strong_etag(etag);
  written_.modified_at = parse_http_date(answer.find("Date").value_or("")).value_or(Instant());
  written_.sequencer = sequencer_at(written_.modified_at);
}

/// Whether the object is this very write.
Result<bool> RemoteUpload::was_written() {
  const auto present = client_.send(request_of("HEAD"));
  if (!present && present.error().code == ErrorCode::not_found) return false;
  if (!present) return std::unexpected(present.error());
  if (write_id_of(present->headers) != write_id_) return false;
  TRY_LET(const ObjectInfo info, read_headers(target_.bucket, target_.key, present->headers));
  written_.etag = info.etag;
  written_.modified_at = info.modified_at;
  written_.sequencer = info.sequencer;
  return true;
}

}  // namespace tintype::bucket

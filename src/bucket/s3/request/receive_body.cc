#include "bucket/s3/request/receive_body.h"

#include <optional>
#include <utility>

namespace tintype::bucket {

namespace {

/// One body on its way: what reads it, what it goes through, where it ends.
class Receiver {
 public:
  Receiver(BodyClaims claims, Incoming& target) : claims_(std::move(claims)), target_(target) {
    if (claims_.chunks) parser_.emplace(*std::move(claims_.chunks));
    const auto kind =
        claims_.checksum ? std::optional(claims_.checksum->kind) : target_.wanted_checksum();
    if (!kind) return;
    kind_ = *kind;
    checksum_.emplace(*kind);
  }

  /// Blocks.
  S3Result<void> take(Bytes bytes) {
    if (!parser_) return take_content(bytes);
    while (!bytes.empty()) {
      TRY_LET(const Bytes piece, parser_->next(bytes));
      TRY(take_content(piece));
    }
    return {};
  }

  /// After the last byte.
  S3Result<void> finish() {
    if (target_.size() != claims_.size || (parser_ && !parser_->ended()))
      return refuse(S3Error::incomplete_body);
    if (!parser_ && !payload_matches(claims_.payload_hash, target_.sha256_hex()))
      return refuse(S3Error::content_sha256_mismatch);
    if (claims_.md5_hex && *claims_.md5_hex != target_.md5_hex())
      return refuse(S3Error::bad_digest);
    return finish_checksum();
  }

 private:
  S3Result<void> take_content(Bytes bytes) {
    if (checksum_) checksum_->update(bytes);
    return to_s3(target_.write(bytes));
  }

  S3Result<void> finish_checksum() {
    if (!checksum_) return {};
    std::string base64 = to_base64(as_bytes(checksum_->finish()));
    if (claims_.checksum) {
      TRY_LET(const std::string claimed, claimed_checksum());
      if (claimed != base64)
        return refuse(S3Error::bad_digest, "The " + std::string(to_string(kind_)) +
                                               " you specified did not match the calculated "
                                               "checksum.");
    }
    target_.set_checksum({.kind = kind_, .base64 = std::move(base64)});
    return {};
  }

  S3Result<std::string> claimed_checksum() const {
    if (claims_.checksum->base64) return *claims_.checksum->base64;
    const auto trailing = parser_->trailer().find(header_of(kind_));
    if (!trailing)
      return refuse(S3Error::invalid_request,
                    "The field that x-amz-trailer names does not follow the body.");
    return std::string(*trailing);
  }

  BodyClaims claims_;
  Incoming& target_;
  std::optional<ChunkParser> parser_;
  std::optional<Checksum> checksum_;
  ChecksumKind kind_{};  // Of checksum_.
};

}  // namespace

S3Fault body_fault_of(Error error) {
  // From a body, `unavailable` is a client that stopped sending, not a server that is busy.
  const bool late = error.code == ErrorCode::unavailable;
  S3Fault fault = fault_of(std::move(error));
  if (late) fault.error = S3Error::request_timeout;
  return fault;
}

Task<S3Result<void>> receive_body(const S3Service& service, const S3Call& call, BodyClaims claims,
                                  Incoming& target) {
  Receiver receiver(std::move(claims), target);
  for (;;) {
    const auto bytes = co_await call.request.body->read();
    if (!bytes) co_return std::unexpected(body_fault_of(bytes.error()));
    if (bytes->empty()) break;
    CO_TRY_LET(const auto taken, to_s3(co_await service.pool.run([&]() -> Result<S3Result<void>> {
                 return receiver.take(*bytes);
               })));
    CO_TRY(taken);
  }
  co_return receiver.finish();
}

}  // namespace tintype::bucket

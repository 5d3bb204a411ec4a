#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/text.h"
#include "bucket/s3/error.h"
#include "crypto/digest.h"
#include "http/message.h"
#include "sigv4/chunks.h"

namespace tintype::bucket {

/// Reads AWS's own chunks, in which clients send bodies whose digest they do not know before:
///
///   40;chunk-signature=<64 digits>\r\n <0x40 bytes> \r\n ... 0;chunk-signature=...\r\n
///   x-amz-checksum-crc32:AAAAAA==\r\n x-amz-trailer-signature:...\r\n \r\n
///
/// Without signatures where the body is unsigned, without the second line where nothing trails.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
/// For hostile bytes. What it gave out may be believed once ended() is true and not before: the
/// signature of a chunk stands for bytes that were given out meanwhile. Thread-compatible.
class ChunkParser {
 public:
  struct Form {
    /// Of a signed body.
    std::optional<sigv4::ChunkChain> chain = {};
    bool has_trailer = false;
    std::uint64_t size = 0;  ///< Of the content: x-amz-decoded-content-length.
  };
  explicit ChunkParser(Form form) : form_(std::move(form)) {}

  /// Reads from the front of `input` and takes what it read off it. The next bytes of the content,
  /// part of `input`; empty once all of it was read.
  S3Result<Bytes> next(Bytes& input);
  /// True once everything has arrived and every signature was right.
  bool ended() const { return state_ == State::end; }
  /// Names are lower-case.
  const http::Headers& trailer() const { return trailer_; }

 private:
  enum class State { size_line, content, content_end, trailer_line, end };

  S3Result<Bytes> read_content(Bytes& input);
  S3Result<void> read_line(Bytes& input);
  S3Result<void> take_line(std::string_view line);
  S3Result<void> take_size(std::string_view line);
  S3Result<void> take_trailer(std::string_view line);
  S3Result<void> end_chunk();
  S3Result<void> end_trailer();

  Form form_;  // Its chain goes on with each chunk.
  State state_ = State::size_line;
  std::string line_;              // As far as it arrived.
  std::size_t trailer_size_ = 0;  // Of all lines so far.
  std::uint64_t left_ = 0;        // Of this chunk.
  std::uint64_t size_ = 0;        // Of the content, of all chunks so far.
  bool last_ = false;             // This chunk is the empty one.
  std::string signature_;         // What the client says of this chunk.
  std::optional<crypto::Digest> digest_;
  http::Headers trailer_;
  std::string signed_trailer_;  // What its signature is over.
};

}  // namespace tintype::bucket

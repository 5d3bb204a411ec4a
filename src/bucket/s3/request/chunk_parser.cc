#include "bucket/s3/request/chunk_parser.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace tintype::bucket {

namespace {

constexpr std::size_t kLineSizeMax = 1024;
constexpr std::size_t kTrailerSizeMax = 8192;
constexpr std::string_view kSignatureName = "chunk-signature=";
constexpr std::string_view kTrailerSignature = "x-amz-trailer-signature";

std::unexpected<S3Fault> malformed(std::string message) {
  return refuse(S3Error::invalid_request, "The chunks of the body: " + std::move(message));
}

std::optional<std::uint64_t> parse_hexadecimal(std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): `end` is its size.
  const auto [at, error] = std::from_chars(text.data(), end, value, 16);
  if (error != std::errc() || at != end) return std::nullopt;
  return value;
}

}  // namespace

S3Result<Bytes> ChunkParser::next(Bytes& input) {
  while (!input.empty()) {
    if (state_ == State::content) return read_content(input);
    if (state_ == State::end) return malformed("something follows the last one.");
    TRY(read_line(input));
  }
  return Bytes();
}

S3Result<Bytes> ChunkParser::read_content(Bytes& input) {
  const Bytes piece =
      input.first(static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size())));
  input = input.subspan(piece.size());
  left_ -= piece.size();
  if (digest_) digest_->update(piece);
  if (left_ == 0) state_ = State::content_end;
  return piece;
}

/// Up to the next line break, or as much as there is.
S3Result<void> ChunkParser::read_line(Bytes& input) {
  const auto text = as_text(input);
  const std::size_t size = std::min(text.find('\n'), text.size());
  const bool whole = size < text.size();
  if (line_.size() + size > kLineSizeMax) return malformed("a line is too long.");
  line_ += text.substr(0, size);
  input = input.subspan(size + (whole ? 1 : 0));
  if (!whole) return {};
  if (!line_.ends_with('\r')) {
    // The line of a trailing field may end twice, once for the signature (AWS's own example).
    if (state_ == State::trailer_line && !line_.empty()) return {};
    return malformed("a line does not end with CR LF.");
  }
  line_.pop_back();
  return take_line(std::exchange(line_, {}));
}

S3Result<void> ChunkParser::take_line(std::string_view line) {
  switch (state_) {
    case State::size_line: return take_size(line);
    case State::trailer_line: return take_trailer(line);
    case State::content_end:
      if (!line.empty()) return malformed("one is longer than it says.");
      return end_chunk();
    case State::content:
    case State::end: break;
  }
  __builtin_unreachable();
}

S3Result<void> ChunkParser::take_size(std::string_view line) {
  const std::size_t semicolon = std::min(line.find(';'), line.size());
  const auto size = parse_hexadecimal(line.substr(0, semicolon));
  if (!size) return malformed("the size of one is not a hexadecimal number.");
  if (*size > form_.size - size_)
    return malformed("they are larger than x-amz-decoded-content-length.");
  std::string_view extension = line.substr(semicolon);
  if (form_.chain) {
    if (!extension.starts_with(';') || !extension.substr(1).starts_with(kSignatureName))
      return malformed("one has no signature.");
    signature_ = extension.substr(1 + kSignatureName.size());
    digest_.emplace(crypto::DigestKind::sha256);
  }
  size_ += *size;
  left_ = *size;
  last_ = *size == 0;
  if (!last_) {
    state_ = State::content;
    return {};
  }
  if (size_ != form_.size) return refuse(S3Error::incomplete_body);
  TRY(end_chunk());
  state_ = State::trailer_line;  // Nothing but an empty line, where nothing trails.
  return {};
}

S3Result<void> ChunkParser::end_chunk() {
  if (form_.chain) {
    const std::string expected = form_.chain->next(to_hex(as_bytes(digest_->finish())));
    digest_.reset();
    if (!crypto::equal_in_constant_time(expected, signature_))
      return refuse(S3Error::signature_does_not_match);
  }
  state_ = State::size_line;
  return {};
}

S3Result<void> ChunkParser::take_trailer(std::string_view line) {
  if (trim(line).empty()) return end_trailer();
  if (!form_.has_trailer) return malformed("fields follow the last one.");
  trailer_size_ += line.size();
  if (trailer_size_ > kTrailerSizeMax) return malformed("too much follows the last one.");
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return malformed("a field that follows has no name.");
  const std::string name = to_lower(trim(line.substr(0, colon)));
  const std::string value(trim(line.substr(colon + 1)));
  if (trailer_.has(name)) return malformed("a field that follows is there twice.");
  if (name != kTrailerSignature) signed_trailer_ += name + ':' + value + '\n';
  trailer_.add(name, value);
  return {};
}

S3Result<void> ChunkParser::end_trailer() {
  if (form_.chain && form_.has_trailer) {
    const auto signature = trailer_.find(kTrailerSignature);
    if (!signature) return malformed("what follows is not signed.");
    const std::string expected = form_.chain->next_trailer(signed_trailer_);
    if (!crypto::equal_in_constant_time(expected, *signature))
      return refuse(S3Error::signature_does_not_match);
  }
  state_ = State::end;
  return {};
}

}  // namespace tintype::bucket

#include "http/chunk_decoder.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>

namespace tintype::http {
namespace {

std::unexpected<Error> damaged(std::string_view what) {
  return fail(ErrorCode::damaged_input, "chunked body: " + std::string(what));
}

bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; }

/// The line at the front of `text` without its end, or nothing if it is not whole yet.
Result<std::optional<std::string_view>> find_line(std::string_view text) {
  const std::size_t end = text.substr(0, ChunkDecoder::kLineBytesMax).find('\n');
  if (end == std::string_view::npos) {
    if (text.size() >= ChunkDecoder::kLineBytesMax) return damaged("a line is too long");
    return std::nullopt;
  }
  if (end == 0 || text[end - 1] != '\r') return damaged("a line ends without CR");
  const std::string_view line = text.substr(0, end - 1);
  if (std::ranges::any_of(line, is_control)) return damaged("a control in a line");
  return line;
}

}  // namespace

Result<std::string_view> ChunkDecoder::decode(InBuffer& in) {
  // Chunks are moved together, so that many small ones are one piece for the reader.
  const std::span<char> bytes = in.writable();
  std::size_t used = 0;
  std::size_t begin = 0;  // Of the decoded bytes.
  std::size_t size = 0;
  while (used < bytes.size() && state_ != State::done) {
    const std::string_view rest(bytes.data() + used, bytes.size() - used);
    if (state_ == State::data) {
      const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(data_left_, rest.size()));
      if (size == 0) begin = used;
      std::memmove(bytes.data() + begin + size, rest.data(), part);
      size += part;
      used += part;
      data_left_ -= part;
      if (data_left_ == 0) state_ = State::data_end;
      continue;
    }
    TRY_LET(const auto line, find_line(rest));
    if (!line) break;
    used += line->size() + 2;
    if (state_ == State::data_end) {
      if (!line->empty()) return damaged("more data than announced");
      state_ = State::size;
    } else {
      TRY(state_ == State::size ? read_size(*line) : read_trailer(*line));
    }
  }
  in.consume(used);
  return std::string_view(bytes.data() + begin, size);
}

Status ChunkDecoder::read_size(std::string_view line) {
  const std::string_view digits = line.substr(0, line.find(';'));
  const char* const end = std::to_address(digits.end());
  // from_chars knows neither sign nor "0x" for unsigned numbers, and tells an overflow.
  const auto [at, error] = std::from_chars(std::to_address(digits.begin()), end, data_left_, 16);
  if (digits.empty() || at != end || error != std::errc()) return damaged("a size is no number");
  state_ = data_left_ > 0 ? State::data : State::trailer;
  return {};
}

Status ChunkDecoder::read_trailer(std::string_view line) {
  trailer_bytes_ += line.size();
  if (trailer_bytes_ > kTrailerBytesMax) return damaged("the trailers are too long");
  if (line.empty()) {
    state_ = State::done;
    return {};
  }
  const std::size_t colon = line.find(':');
  const bool named = colon != std::string_view::npos && colon > 0;
  if (!named || line.substr(0, colon).find_first_of(" \t") != std::string_view::npos)
    return damaged("a trailer is no field");
  return {};
}

}  // namespace tintype::http

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "http/in_buffer.h"

namespace tintype::http {

/// Takes chunked coding (RFC 9112, 7.1) off a body, in place:
///
///   size ─▶ data ─▶ data_end ─┐        size 0 ─▶ trailer ─▶ done
///     ▲───────────────────────┘
///
/// Our own, since Beast's (1.81) asserts when the last chunk arrives byte by byte. Strict: a line
/// ends with CR LF and has no other control; extensions and trailers are read over. Thread-bound.
class ChunkDecoder {
 public:
  static constexpr std::size_t kLineBytesMax = 4096;      ///< Of a size with its extensions.
  static constexpr std::size_t kTrailerBytesMax = 16384;  ///< Of all trailer lines.

  /// Consumes what it can of `in` and returns the decoded bytes in front, which live until `in`
  /// makes room. Nothing decoded and not done(): more bytes are needed. `damaged_input` if it is
  /// not chunked coding.
  Result<std::string_view> decode(InBuffer& in);
  bool done() const { return state_ == State::done; }

 private:
  enum class State { size, data, data_end, trailer, done };

  Status read_size(std::string_view line);
  Status read_trailer(std::string_view line);

  State state_ = State::size;
  std::uint64_t data_left_ = 0;  // Of the present chunk.
  std::size_t trailer_bytes_ = 0;
};

}  // namespace tintype::http

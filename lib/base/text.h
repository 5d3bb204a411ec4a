// Small functions on text that more than one protocol needs.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tintype {

using Bytes = std::span<const std::byte>;

inline Bytes as_bytes(std::string_view text) { return std::as_bytes(std::span(text)); }
inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// ASCII only: HTTP's names are, and other letters stay as they are.
std::string to_lower(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);
/// Without spaces and tabs at both ends.
std::string_view trim(std::string_view text);
/// The parts between `separator`s; "a,,b" has three, "" has one (empty).
std::vector<std::string_view> split(std::string_view text, char separator);

/// Lower-case hexadecimal.
std::string to_hex(Bytes bytes);
/// Either case; `invalid_argument` for an odd length or another character.
Result<std::string> from_hex(std::string_view text);

std::string to_base64(Bytes bytes);
/// RFC 4648, 4: with padding, strict; `invalid_argument` otherwise.
Result<std::string> from_base64(std::string_view text);
/// RFC 4648, 5: URL-safe, without padding, as JOSE has it.
std::string to_base64url(Bytes bytes);
Result<std::string> from_base64url(std::string_view text);

/// Encodes all but RFC 3986's unreserved characters (A-Z a-z 0-9 - . _ ~), as SigV4 wants it;
/// with `keep_slash`, '/' stays too.
enum class Slash { keep, encode };
std::string percent_encode(std::string_view text, Slash slash = Slash::encode);
/// `invalid_argument` for '%' without two hexadecimal digits. '+' stays '+'.
Result<std::string> percent_decode(std::string_view text);

/// All of `text` as a decimal number, or nothing. No sign for unsigned types, no spaces.
template <class Integer>
std::optional<Integer> parse_integer(std::string_view text) {
  Integer value{};
  const char* end = text.data() + text.size();
  // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): `end` is its size.
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || at != end || text.empty()) return std::nullopt;
  return value;
}

/// True if `text` is UTF-8 as RFC 3629 has it: nothing overlong, no surrogates, up to U+10FFFF.
bool is_utf8(std::string_view text);

}  // namespace tintype

// Conditional and range requests (RFC 9110, 13 and 14) on a picture whose ETag is strong.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "http/message.h"

namespace tintype::edge {

/// What tells one representation from another. `modified_at` is absent where a date would lie: an
/// alias can move to an asset that is older than the one before.
struct Validators {
  std::string etag;  ///< Strong, with its quotes.
  std::optional<Instant> modified_at;
};

enum class Verdict { send, not_modified, failed };

/// The outcome of the conditions of a GET or HEAD, in the order of RFC 9110, 13.2.2.
Verdict check_conditions(const http::Headers& headers, const Validators& validators);

/// The range to send, nothing for all of it, or `invalid_argument` for a 416. Only a GET has
/// ranges, and If-Range must agree with the validators.
Result<std::optional<http::Range>> choose_range(const http::Request& request,
                                                const Validators& validators,
                                                std::uint64_t size_total);

/// A field sent several times is one list (RFC 9110, 5.3).
std::optional<std::string> combined(const http::Headers& headers, std::string_view name);

}  // namespace tintype::edge

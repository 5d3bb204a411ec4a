// Who is asked for a token before a request passes, and what its answer says of that:
//
//   RateLimit-Policy: "address";q=200;w=2, "route";q=50;w=1     what the limits are
//   RateLimit: "address";r=187;t=1, "route";r=49;t=1            where the client stands
//   Retry-After: 1                                              with a 429
//
// The fields are those of draft-ietf-httpapi-ratelimit-headers-11 (May 2026), structured fields of
// RFC 9651. A token bucket has no window: `w` is the time in which an empty one fills, `q` is what
// it holds, `r` the tokens left and `t` the seconds until it is full.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "gateway/identity.h"
#include "gateway/rate.h"
#include "gateway/token_buckets.h"
#include "http/message.h"

namespace tintype::gateway {

/// The rates of one scope: of a route, or of the whole gateway. Absent: no limit.
struct ThrottlePolicy {
  std::optional<Rate> everybody;  ///< All callers together.
  std::optional<Rate> identity;   ///< Each person or API key.
  std::optional<Rate> address;    ///< Each address; of IPv6 each /64, which is one customer.

  bool operator==(const ThrottlePolicy&) const = default;
};

/// What the buckets that a request met said. One per request.
class ThrottleReport {
 public:
  /// `name` is of lower-case letters and '-'.
  void add(std::string_view name, const Rate& rate, const Standing& standing);

  bool empty() const { return policies_.empty(); }
  /// The bucket that refused, or nothing.
  std::optional<std::string> refused_by() const { return refused_by_; }
  /// Sets the fields above; none if no bucket was met.
  void write_to(http::Headers& headers) const;

 private:
  std::string policies_;
  std::string standings_;
  std::optional<std::string> refused_by_;
  std::chrono::seconds retry_after_{0};
};

/// The buckets of one scope. Thread-safe.
class Throttling {
 public:
  /// `prefix` goes in front of the names of its buckets: "", "route-".
  Throttling(const ThrottlePolicy& policy, std::string_view prefix);

  // Each takes a token of its bucket, and says so in `report`; false if there was none. Ask the
  // narrower first: what it refuses costs the wider nothing.

  bool admit_address(std::string_view address, Instant now, ThrottleReport& report);
  bool admit_identity(const Identity& identity, Instant now, ThrottleReport& report);
  bool admit_anybody(Instant now, ThrottleReport& report);

 private:
  struct Meter {
    Meter(const Rate& rate, std::string its_name) : name(std::move(its_name)), buckets(rate) {}
    bool admit(std::string_view key, Instant now, ThrottleReport& report);
    std::string name;
    TokenBuckets buckets;
  };
  static std::unique_ptr<Meter> meter(const std::optional<Rate>& rate, std::string_view prefix,
                                      std::string_view name);

  std::unique_ptr<Meter> address_;  // Null: no limit.
  std::unique_ptr<Meter> identity_;
  std::unique_ptr<Meter> everybody_;
};

/// What of an address is one customer: an IPv4 address, the first 64 bits of an IPv6 one (RFC 6177
/// gives a site no less), an IPv4 address inside an IPv6 one as IPv4. Another text is itself.
std::string customer_of(std::string_view address);

}  // namespace tintype::gateway

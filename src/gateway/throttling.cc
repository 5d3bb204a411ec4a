#include "gateway/throttling.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>

#include "base/text.h"

namespace tintype::gateway {

void ThrottleReport::add(std::string_view name, const Rate& rate, const Standing& standing) {
  const char* separator = policies_.empty() ? "" : ", ";
  policies_ +=
      fmt::format("{}\"{}\";q={};w={}", separator, name, rate.burst, rate.window().count());
  standings_ += fmt::format("{}\"{}\";r={};t={}", separator, name, standing.remaining,
                            standing.full_in.count());
  if (standing.allowed) return;
  refused_by_ = std::string(name);
  retry_after_ = std::max(retry_after_, standing.retry_after);
}

void ThrottleReport::write_to(http::Headers& headers) const {
  if (policies_.empty()) return;
  headers.set("RateLimit-Policy", policies_);
  headers.set("RateLimit", standings_);
  if (refused_by_) headers.set("Retry-After", std::to_string(retry_after_.count()));
}

std::unique_ptr<Throttling::Meter> Throttling::meter(const std::optional<Rate>& rate,
                                                     std::string_view prefix,
                                                     std::string_view name) {
  if (!rate) return nullptr;
  return std::make_unique<Meter>(*rate, std::string(prefix) + std::string(name));
}

Throttling::Throttling(const ThrottlePolicy& policy, std::string_view prefix)
    : address_(meter(policy.address, prefix, "address")),
      identity_(meter(policy.identity, prefix, "identity")),
      everybody_(meter(policy.everybody, prefix, "everybody")) {}

bool Throttling::Meter::admit(std::string_view key, Instant now, ThrottleReport& report) {
  const Standing standing = buckets.take(key, now);
  report.add(name, buckets.rate(), standing);
  return standing.allowed;
}

bool Throttling::admit_address(std::string_view address, Instant now, ThrottleReport& report) {
  return !address_ || address_->admit(customer_of(address), now, report);
}

bool Throttling::admit_identity(const Identity& identity, Instant now, ThrottleReport& report) {
  // Two issuers may give the same subject to two people.
  return !identity_ || identity_->admit(identity.issuer + '\n' + identity.subject, now, report);
}

bool Throttling::admit_anybody(Instant now, ThrottleReport& report) {
  return !everybody_ || everybody_->admit("", now, report);
}

std::string customer_of(std::string_view address) {
  constexpr std::size_t kNetworkSize = 8;
  // RFC 4291, 2.5.5.2: ::ffff:192.0.2.1
  constexpr std::array<unsigned char, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  std::array<unsigned char, 16> bytes{};
  const std::string text(address.substr(0, address.find('%')));  // Without a zone.
  if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return std::string(address);
  if (std::ranges::equal(std::span(bytes).first(kMapped.size()), kMapped))
    return fmt::format("{}.{}.{}.{}", bytes[12], bytes[13], bytes[14], bytes[15]);
  return to_hex(std::as_bytes(std::span(bytes).first(kNetworkSize))) + "/64";
}

}  // namespace tintype::gateway

#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tintype::http {

/// An IP address. IPv4 is kept as IPv6 maps it (::ffff:a.b.c.d), so that both spellings are one.
class Address {
 public:
  /// "192.0.2.7", "2001:db8::1". `invalid_argument` for anything else: a name, a port, a zone, a
  /// number that inet_aton would take.
  static Result<Address> parse(std::string_view text);

  std::string str() const;  ///< As parse reads it; "192.0.2.7" for a mapped one.
  bool is_v4() const;
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  bool operator==(const Address&) const = default;

 private:
  Address() = default;
  std::array<std::uint8_t, 16> bytes_{};
};

/// The addresses that begin alike.
class AddressRange {
 public:
  /// "10.0.0.0/8", "fd00::/8", "::1". `invalid_argument` naming the fault; also for bits behind the
  /// prefix, which are a mistake in one of both.
  static Result<AddressRange> parse(std::string_view text);

  bool contains(const Address& address) const;

 private:
  AddressRange(Address base, unsigned bits) : base_(base), bits_(bits) {}
  Address base_;
  unsigned bits_;  // Of 128.
};

}  // namespace tintype::http

#include "http/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace tintype::http {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned kMappedBits = 96;

/// Whether the first `bits` of both are the same.
bool alike(const std::array<std::uint8_t, 16>& a, const std::array<std::uint8_t, 16>& b,
           unsigned bits) {
  const std::size_t whole = bits / 8;
  if (!std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(whole), b.begin()))
    return false;
  const unsigned rest = bits % 8;
  return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

}  // namespace

Result<Address> Address::parse(std::string_view text) {
  const std::string terminated(text);
  Address address;
  // inet_pton takes neither "127.1" nor "0x7f.0.0.1" nor leading zeros.
  if (terminated.size() == text.size() && text.find('\0') == std::string_view::npos) {
    if (::inet_pton(AF_INET6, terminated.c_str(), address.bytes_.data()) == 1) return address;
    if (::inet_pton(AF_INET, terminated.c_str(), address.bytes_.data() + kMapped.size()) == 1) {
      std::ranges::copy(kMapped, address.bytes_.begin());
      return address;
    }
  }
  return fail(ErrorCode::invalid_argument, "not an IP address");
}

bool Address::is_v4() const { return std::ranges::equal(kMapped, std::span(bytes_).first<12>()); }

std::string Address::str() const {
  char text[INET6_ADDRSTRLEN];
  const bool mapped = is_v4();
  const void* const from = bytes_.data() + (mapped ? kMapped.size() : 0);
  return ::inet_ntop(mapped ? AF_INET : AF_INET6, from, text, sizeof(text));
}

Result<AddressRange> AddressRange::parse(std::string_view text) {
  const auto wrong = [text](const char* why) {
    return fail(ErrorCode::invalid_argument, "'" + std::string(text) + "': " + why);
  };
  const std::size_t slash = text.find('/');
  const auto address = Address::parse(text.substr(0, slash));
  if (!address) return wrong("write an address, or a range like 10.0.0.0/8");
  const bool short_form = text.find(':') == std::string_view::npos;  // IPv4.
  const unsigned bits_max = short_form ? 32 : 128;
  unsigned bits = bits_max;
  if (slash != std::string_view::npos) {
    const std::string_view number = text.substr(slash + 1);
    const auto given = parse_integer<unsigned>(number);
    if (!given || *given > bits_max || (number.size() > 1 && number.starts_with('0')))
      return wrong("the prefix length is none");
    bits = *given;
  }
  if (short_form) bits += kMappedBits;
  std::array<std::uint8_t, 16> masked = address->bytes();
  for (unsigned bit = bits; bit < 128; ++bit)
    masked[bit / 8] &= static_cast<std::uint8_t>(~(0x80U >> (bit % 8)));
  if (masked != address->bytes()) return wrong("there are bits behind the prefix");
  return AddressRange(*address, bits);
}

bool AddressRange::contains(const Address& address) const {
  return alike(base_.bytes(), address.bytes(), bits_);
}

}  // namespace tintype::http

// Who a request comes from, where a reverse proxy stands in front.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/address.h"
#include "http/message.h"

namespace tintype::http {

/// The proxies whose word counts. Immutable.
class TrustedProxies {
 public:
  /// The field that they write. One alone: a client could send the other, which they pass on.
  enum class Field { x_forwarded_for, forwarded };

  /// `ranges` as AddressRange parses them; `invalid_argument` naming the one that is none.
  static Result<TrustedProxies> parse(const std::vector<std::string>& ranges, Field field);

  static constexpr std::size_t kIdSizeMax = 128;

  /// Sets `request.remote_address`, which is the peer's, to the right-most address that is not a
  /// trusted proxy's, and `secure` to what the nearest proxy says, if the peer is trusted; what
  /// stands further left anybody may have written. Where an entry cannot be read, the address
  /// right of it is taken: better too near than forged. `id` becomes what a trusted peer calls the
  /// request in X-Request-Id, so that both logs have one name for it: up to kIdSizeMax letters,
  /// digits and "-._~+/=:@"; anything else keeps our own.
  void apply(Request& request) const;

 private:
  /// What the field says of one hop.
  struct Hop {
    std::string address;
    std::string proto;
  };
  bool trusts(std::string_view address) const;
  std::vector<Hop> hops_of(const Headers& headers) const;

  std::vector<AddressRange> ranges_;
  Field field_ = Field::x_forwarded_for;
};

}  // namespace tintype::http

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gateway/gateway.h"
#include "gateway/route_table.h"
#include "gateway/throttling.h"

namespace tintype::gateway {

/// The routes of a gateway. Immutable once all are added; what an entry counts is thread-safe.
class Routes {
 public:
  struct Entry {
    explicit Entry(Route its_route)
        : route(std::move(its_route)),
          key(route_key(route)),
          throttling(std::make_unique<Throttling>(route.throttle, "route-")) {}
    Route route;
    std::string key;
    std::unique_ptr<Throttling> throttling;
  };

  /// `invalid_argument` for a route that is malformed or there twice.
  Status add(Route route);
  /// When all are added: `invalid_argument` naming a route of the stack file that takes requests
  /// from a built-in one, and that one.
  Status check() const;

  /// What a request means.
  struct Found {
    const Entry* entry = nullptr;
    Parameters parameters;
  };
  Found find(const std::vector<std::string>& segments, std::string_view method) const;
  /// Of all routes of a path, for Allow; empty for an unknown path.
  std::string methods(const std::vector<std::string>& segments) const;

 private:
  /// The routes of one pattern, by method.
  struct Place {
    Pattern pattern;
    std::map<std::string, Entry, std::less<>> by_method;
  };

  std::map<std::string, Place> places_;  // By rank: what is tried first comes first.
};

}  // namespace tintype::gateway

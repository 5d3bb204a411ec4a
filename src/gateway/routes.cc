#include "gateway/routes.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace tintype::gateway {

namespace {

constexpr std::string_view kAny = "ANY";
/// What ANY means. HEAD is GET's, OPTIONS is answered by us.
constexpr std::array<std::string_view, 5> kMethods = {"GET", "POST", "PUT", "PATCH", "DELETE"};

/// For errors: where the stack file has it, or what it is.
std::string name_of(const Route& route) {
  return route.place.empty() ? "route '" + route_key(route) + "'" : route.place;
}

bool share_a_method(const Route& a, const Route& b) {
  return a.method == b.method || a.method == kAny || b.method == kAny;
}

std::string listed(const std::set<std::string>& methods) {
  std::string text;
  for (const std::string& method : methods) text += (text.empty() ? "" : ", ") + method;
  return text;
}

}  // namespace

std::string route_key(const Route& route) {
  return route.path == kDefaultPath ? route.path : route.method + " " + route.path;
}

Status Routes::add(Route route) {
  const std::string name = name_of(route);
  if (route.method != kAny && std::ranges::find(kMethods, route.method) == kMethods.end())
    return fail(ErrorCode::invalid_argument,
                name + ": the method must be ANY, GET, POST, PUT, PATCH or DELETE");
  if (!route.authorizer && !route.scopes.empty())
    return fail(ErrorCode::invalid_argument, name + ": scopes need an authorizer");
  TRY_LET(Pattern pattern, within(name, Pattern::parse(route.path)));
  const std::string rank = pattern.rank();
  auto& entries = places_.try_emplace(rank, Place{.pattern = std::move(pattern), .by_method = {}})
                      .first->second.by_method;
  std::string method = route.method;
  const auto [other, is_new] = entries.try_emplace(std::move(method), std::move(route));
  if (is_new) return {};
  const bool is_built_in = other->second.route.place.empty();
  return fail(ErrorCode::invalid_argument,
              name + ": is there twice: " + (is_built_in ? "built-in " : "") +
                  name_of(other->second.route) + "; choose another path");
}

Status Routes::check() const {
  // Only what is tried earlier can take a request; add() saw to what is tried at the same time.
  for (auto mine = places_.begin(); mine != places_.end(); ++mine)
    for (auto theirs = std::next(mine); theirs != places_.end(); ++theirs) {
      if (!mine->second.pattern.overlaps(theirs->second.pattern)) continue;
      for (const auto& [method, entry] : mine->second.by_method)
        for (const auto& [other_method, other] : theirs->second.by_method)
          if (!entry.route.place.empty() && other.route.place.empty() &&
              share_a_method(entry.route, other.route))
            return fail(ErrorCode::invalid_argument,
                        entry.route.place + ": takes requests from the built-in " +
                            name_of(other.route) + "; choose another path");
    }
  return {};
}

Routes::Found Routes::find(const std::vector<std::string>& segments,
                           std::string_view method) const {
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  if (std::ranges::find(kMethods, wanted) == kMethods.end()) return {};
  for (const auto& [rank, place] : places_) {
    Parameters parameters;
    if (!place.pattern.match(segments, parameters)) continue;
    auto at = place.by_method.find(wanted);
    if (at == place.by_method.end()) at = place.by_method.find(kAny);
    if (at != place.by_method.end()) return {&at->second, std::move(parameters)};
  }
  return {};
}

std::string Routes::methods(const std::vector<std::string>& segments) const {
  std::set<std::string> methods;
  Parameters ignored;
  for (const auto& [rank, place] : places_)
    if (place.pattern.match(segments, ignored))
      for (const auto& [name, entry] : place.by_method) methods.insert(name);
  if (methods.empty()) return {};
  if (methods.erase(std::string(kAny)) > 0) methods.insert(kMethods.begin(), kMethods.end());
  if (methods.contains("GET")) methods.insert("HEAD");
  methods.insert("OPTIONS");
  return listed(methods);
}

}  // namespace tintype::gateway

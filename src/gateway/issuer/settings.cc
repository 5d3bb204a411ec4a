#include "gateway/issuer/settings.h"

#include <algorithm>
#include <utility>

#include "gateway/issuer/issuer.h"

namespace tintype::gateway {

namespace {

using std::chrono::seconds;

struct Bounds {
  seconds min;
  seconds max;
};

/// Whole seconds.
Result<seconds> read_seconds(const config::Table& table, std::string_view key, seconds missing,
                             Bounds bounds) {
  TRY_LET(const auto read, table.duration(key, missing));
  if (read < bounds.min || read > bounds.max || read % seconds(1) != seconds(0))
    return table.error(key, "write whole seconds from " + std::to_string(bounds.min.count()) +
                                "s to " + std::to_string(bounds.max.count()) + "s");
  return std::chrono::duration_cast<seconds>(read);
}

bool is_client_id(std::string_view id) {  // RFC 6749, A.1, without what would need escapes.
  return !id.empty() && id.size() <= 100 && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._-").contains(c);
  });
}

Result<OauthClient> read_client(const config::Table& table) {
  OauthClient client;
  TRY_LET(client.id, table.text("id"));
  if (!is_client_id(client.id)) return table.error("id", "write 1 to 100 of a-z A-Z 0-9 . _ -");
  if (client.id == kOwnClient) return table.error("id", "is the app's own; choose another one");
  TRY_LET(client.redirect_uris, table.texts("redirect_uris"));
  if (client.redirect_uris.empty()) return table.error("redirect_uris", "write at least one");
  for (const std::string& uri : client.redirect_uris)
    if (!is_redirect_uri(uri))
      return table.error("redirect_uris",
                         "'" + uri +
                             "' is none that answers may be sent to; write an https URL without "
                             "fragment and '*', http://127.0.0.1/..., or a scheme with a '.'");
  return client;
}

Result<std::vector<OauthClient>> read_clients(const config::Table& identity) {
  TRY_LET(const auto sections, identity.tables("client"));
  if (sections.size() > OauthClients::kCountMax)
    return identity.error("client", "more than 100 clients");
  std::vector<OauthClient> clients;
  for (const config::Table& section : sections) {
    TRY_LET(auto client, read_client(section));
    if (std::ranges::find(clients, client.id, &OauthClient::id) != clients.end())
      return section.error("id", "another client has this id");
    clients.push_back(std::move(client));
  }
  return clients;
}

}  // namespace

Result<IssuerSettings> read_issuer(const config::Table& identity) {
  using std::chrono::hours;
  using std::chrono::minutes;
  IssuerSettings settings;
  TRY_LET(settings.access_ttl, read_seconds(identity, "access_ttl", settings.access_ttl,
                                            {.min = seconds(1), .max = hours(24)}));
  TRY_LET(settings.session_max, read_seconds(identity, "session_max", settings.session_max,
                                             {.min = minutes(1), .max = hours(24 * 365)}));
  TRY_LET(settings.session_idle, read_seconds(identity, "session_idle",
                                              std::min(settings.session_idle, settings.session_max),
                                              {.min = minutes(1), .max = hours(24 * 365)}));
  if (settings.session_idle > settings.session_max)
    return identity.error("session_idle", "is longer than session_max");
  TRY_LET(const auto sign_ups, read_rate(identity, "sign_ups", settings.sign_ups));
  if (!sign_ups)
    return identity.error("sign_ups", "is limited always; write for example \"1000/h burst 100\"");
  settings.sign_ups = *sign_ups;
  TRY_LET(settings.clients, read_clients(identity));
  return settings;
}

}  // namespace tintype::gateway

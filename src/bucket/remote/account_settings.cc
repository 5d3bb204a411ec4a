#include "bucket/remote/account_settings.h"

#include <utility>

#include "http/upstream.h"

namespace tintype::bucket {
Result<RemoteAccount> read_account(const std::string& name, const config::Table& table) {
  RemoteAccount account{.name = name, .origin = {}, .credentials = {}};
  TRY_LET(account.origin, table.text("endpoint"));
  if (account.origin.ends_with('/')) account.origin.pop_back();
  const auto url = http::UpstreamUrl::parse(account.origin);
  if (!url || !url->path.empty())
    return table.error("endpoint", "'" + account.origin +
                                       "' is no origin; write for example "
                                       "\"https://s3.eu-central-1.amazonaws.com\"");
  TRY_LET(account.region, table.text("region", "us-east-1"));
  TRY_LET(account.path_style, table.boolean("path_style", true));
  TRY_LET(account.credentials.access_key_id, table.text("access_key"));
  TRY_LET(const std::string secret, table.text("secret_key"));
  account.credentials.secret = Secret(secret);
  TRY_LET(const auto idle_max, table.duration("timeout", account.idle_max));
  if (idle_max < std::chrono::seconds(1) || idle_max > std::chrono::minutes(5))
    return table.error("timeout", "out of range; write \"1s\" to \"5m\"");
  account.idle_max = idle_max;
  return account;
}

}  // namespace tintype::bucket

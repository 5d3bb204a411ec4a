#include <sysexits.h>

#include <cstdio>

#include "base/clock.h"
#include "base/config.h"
#include "commands.h"
#include "data_dir.h"
#include "gateway/issuer/issuer.h"

namespace tintype {
namespace {

constexpr std::chrono::hours kTtlMax{24};

Status print_token(const TokenOptions& options) {
  const auto ttl = config::parse_duration(options.ttl);
  if (!ttl || ttl->count() < 1000 || *ttl > kTtlMax)
    return fail(ErrorCode::invalid_argument,
                "--ttl " + options.ttl + ": not a duration of 1s to 24h; write for example 15m");
  TRY_LET(const DataDir data, DataDir::open(options.data));
  const auto addresses = data.addresses();
  if (!addresses)
    return fail(addresses.error().code,
                "--data " + options.data.string() +
                    ": no node has run there; start it with tintype serve --data " +
                    options.data.string());
  const Instant now = SystemClock().now();
  TRY_LET(const auto issuer, gateway::Issuer::open({.key_file = data.issuer_key_file(),
                                                    .url = addresses->issuer,
                                                    .audience = std::string(gateway::kAudience)},
                                                   now));
  TRY_LET(const Secret token,
          issuer->issue(options.subject, gateway::kOwnClient,
                        std::chrono::duration_cast<std::chrono::seconds>(*ttl), now));
  std::printf("%s\n", std::string(token.reveal()).c_str());
  return {};
}

}  // namespace

int run_token(const TokenOptions& options) {
  const Status printed = print_token(options);
  return printed ? EX_OK : report(printed.error());
}

}  // namespace tintype

#include <sysexits.h>

#include <boost/json.hpp>
#include <cstdio>

#include "base/clock.h"
#include "commands.h"
#include "data_dir.h"
#include "gateway/issuer/key_ring.h"

namespace tintype {
namespace {

/// One JSON object per line: {"kid","signs_from","state":"next|current|previous"}.
void print_keys(const gateway::KeyRing& ring, Instant now) {
  const auto keys = ring.keys();
  const std::string& current = keys->signing(now).kid();
  bool is_past = false;
  for (const auto& key : keys->all) {
    const bool is_current = key.key.kid() == current;
    const char* const state = is_current ? "current" : is_past ? "next" : "previous";
    is_past = is_past || is_current;
    const boost::json::object line = {
        {"kid", key.key.kid()}, {"signs_from", to_rfc3339(key.signs_from)}, {"state", state}};
    print_line(line);
  }
}

Status run(const IssuerKeysOptions& options) {
  TRY_LET(const DataDir data, DataDir::open(options.data));
  const Instant now = SystemClock().now();
  TRY_LET(const auto ring, gateway::KeyRing::open(data.issuer_key_file(), now));
  if (options.action == "rotate")
    TRY(ring->rotate(options.compromised ? gateway::KeyRing::Reason::compromised
                                         : gateway::KeyRing::Reason::routine,
                     now));
  print_keys(*ring, now);
  return {};
}

}  // namespace

int run_issuer_keys(const IssuerKeysOptions& options) {
  const Status done = run(options);
  return done ? EX_OK : report(done.error());
}

}  // namespace tintype

#include <sysexits.h>

#include <boost/json.hpp>
#include <cstdio>
#include <iostream>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/config.h"
#include "bucket/identity/identities.h"
#include "commands.h"
#include "data_dir.h"
#include "sql/database.h"
#include "sql/migrations.h"

namespace tintype {
namespace {

using bucket::AccessKey;
using bucket::Identities;
using bucket::Identity;

constexpr std::chrono::hours kOverlapMax{24 * 365};

/// The one time that a secret is shown.
void print_key(const AccessKey& key, const std::string& owner) {
  print_line(
      {{"access_key_id", key.id}, {"secret_access_key", key.secret.reveal()}, {"owner", owner}});
}

boost::json::object to_json(const Identity& identity, Instant now) {
  boost::json::object rights;
  for (const auto& [name, on_it] : identity.rights) rights[name] = to_string(on_it);
  const bool is_over = identity.expires_at && *identity.expires_at <= now;
  boost::json::object object = {{"access_key_id", identity.access_key_id},
                                {"owner", identity.owner.id},
                                {"display_name", identity.owner.display_name},
                                {"rights", std::move(rights)},
                                {"may_create", identity.may_create},
                                {"created_at", to_rfc3339(identity.created_at)},
                                {"state", is_over ? "expired" : "active"}};
  if (identity.expires_at) object["expires_at"] = to_rfc3339(*identity.expires_at);
  return object;
}

/// "photos=list,read".
Result<bucket::RightsByBucket> parse_allowed(const std::vector<std::string>& allowed) {
  bucket::RightsByBucket rights;
  for (const std::string& text : allowed) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos)
      return fail(ErrorCode::invalid_argument,
                  "--allow " + text + ": write BUCKET=RIGHTS, for example photos=read,list");
    TRY_LET(const bucket::Rights on_it,
            within("--allow " + text, bucket::parse_rights(text.substr(equals + 1))));
    rights[text.substr(0, equals)] = on_it;
  }
  return rights;
}

/// The one that was given, or a new one.
Result<AccessKey> key_of(const KeysOptions& options) {
  if (options.access_key.empty() && options.secret_key.empty()) return bucket::make_access_key();
  if (options.access_key.empty() || options.secret_key.empty())
    return fail(ErrorCode::invalid_argument,
                "keys add: give --access-key and --secret-key, or neither for a new key");
  AccessKey key{.id = options.access_key, .secret = Secret(options.secret_key)};
  if (options.secret_key == "-") {
    std::string line;
    std::getline(std::cin, line);
    key.secret = Secret(std::move(line));
  }
  return key;
}

Status add(Identities& identities, const KeysOptions& options) {
  TRY_LET(const AccessKey key, key_of(options));
  TRY_LET(bucket::RightsByBucket rights, parse_allowed(options.allowed));
  TRY(identities.add({.owner_id = options.owner,
                      .display_name = options.name,
                      .may_create = options.may_create,
                      .rights = std::move(rights),
                      .key = key}));
  print_key(key, options.owner);
  return {};
}

/// The node's own key, which is in a file, becomes a row, too.
Status prepare_own(Identities& identities, const Credentials& credentials) {
  const Status added =
      identities.add({.owner_id = std::string(bucket::kNodeOwner), .key = credentials.access_key});
  // It is a row already if it came by a rotation.
  return !added && added.error().code == ErrorCode::conflict ? Status() : added;
}

/// `next` takes its place in the file.
Status adopt(const DataDir& data, Credentials credentials, const AccessKey& next) {
  credentials.access_key = next;
  TRY(data.save_credentials(credentials));
  std::fprintf(
      stderr,
      "The node signs with it once it is started again: do that before the old one ends.\n");
  return {};
}

Status rotate(Identities& identities, const DataDir& data, const KeysOptions& options) {
  const auto overlap = config::parse_duration(options.overlap);
  if (!overlap || overlap->count() < 0 || *overlap > kOverlapMax)
    return fail(
        ErrorCode::invalid_argument,
        "--overlap " + options.overlap + ": not a duration up to 8760h; write for example 24h");
  const AccessKey next = bucket::make_access_key();
  TRY_LET(Credentials credentials, data.credentials());
  const bool is_own = options.access_key == credentials.access_key.id;
  if (is_own) TRY(prepare_own(identities, credentials));
  TRY_LET(const std::string owner, identities.rotate(options.access_key, *overlap, next));
  if (is_own) TRY(adopt(data, std::move(credentials), next));
  print_key(next, owner);
  return {};
}

Status remove(Identities& identities, const DataDir& data, const KeysOptions& options) {
  TRY_LET(const Credentials credentials, data.credentials());
  if (options.access_key == credentials.access_key.id)
    return fail(ErrorCode::conflict,
                "access key '" + options.access_key + "' is the node's own; rotate it instead");
  return identities.remove(options.access_key);
}

Status list(Identities& identities, const DataDir& data, Instant now) {
  TRY_LET(const Credentials credentials, data.credentials());
  const std::string node(bucket::kNodeOwner);
  print_line({{"access_key_id", credentials.access_key.id},
              {"owner", node},
              {"display_name", node},
              {"state", "active"},
              {"kept_in", "credentials.json"}});
  TRY_LET(const auto all, identities.list());
  for (const Identity& identity : all)
    if (identity.access_key_id != credentials.access_key.id) print_line(to_json(identity, now));
  return {};
}

Status run(const KeysOptions& options) {
  TRY_LET(const DataDir data, DataDir::open(options.data));
  TRY_LET(const auto database, sql::Database::open(data.database_url(), {.readers = 1}));
  TRY(sql::migrate(*database, sql::built_in_migrations()));
  TRY_LET(Secret seal_key, data.seal_key());
  const SystemClock clock;
  Identities identities(*database, clock, std::move(seal_key));
  if (options.action == "add") return add(identities, options);
  if (options.action == "rotate") return rotate(identities, data, options);
  if (options.action == "remove") return remove(identities, data, options);
  return list(identities, data, clock.now());
}

}  // namespace

int run_keys(const KeysOptions& options) {
  const Status done = run(options);
  return done ? EX_OK : report(done.error());
}

}  // namespace tintype

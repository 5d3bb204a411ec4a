#include "gateway/issuer/key_ring.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <utility>

#include "base/assert.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "crypto/digest.h"

namespace tintype::gateway {

namespace {

namespace json = boost::json;

constexpr std::size_t kFileSizeMax = 64 * 1024;

/// Held while the file is changed, by processes of one machine; ends with the descriptor. On the
/// folder, because the file itself is replaced.
Result<Fd> lock_folder_of(const std::filesystem::path& file) {
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return errno_error("open", folder.string(), errno);
  while (::flock(fd.get(), LOCK_EX) != 0)
    if (errno != EINTR) return errno_error("lock", folder.string(), errno);
  return fd;
}

Status check_mode(const std::filesystem::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return errno_error("stat", path.string(), errno);
  if ((status.st_mode & S_IRWXO) != 0)
    return fail(ErrorCode::denied, "'" + path.string() +
                                       "' is a private key that everybody may read; make a new one "
                                       "(remove it), or chmod 600 it");
  return {};
}

Result<KeyRing::Key> parse_key(const json::value& value) {
  const auto* object = value.if_object();
  const auto* jwk = object == nullptr ? nullptr : object->if_contains("jwk");
  const auto* from = object == nullptr ? nullptr : object->if_contains("signs_from");
  if (jwk == nullptr || !jwk->is_object() || from == nullptr || !from->is_string())
    return fail(ErrorCode::corrupt, "a key without jwk or signs_from");
  const auto at = parse_rfc3339(std::string_view(from->get_string()));
  if (!at) return fail(ErrorCode::corrupt, "signs_from is no time");
  TRY_LET(auto key, crypto::SigningKey::from_json(Secret(json::serialize(*jwk))));
  return KeyRing::Key{.key = std::move(key), .signs_from = *at};
}

/// {"keys": [{"jwk": {...}, "signs_from": "..."}]}; or one private JWK, as version 0.1.0 wrote it.
Result<std::vector<KeyRing::Key>> parse_keys(const std::string& content) {
  const auto object = parse_json_object(content);
  if (!object) return fail(ErrorCode::corrupt, "not a JSON object");
  std::vector<KeyRing::Key> keys;
  if (object->contains("kty")) {
    TRY_LET(auto key, crypto::SigningKey::from_json(Secret(content)));
    keys.push_back({.key = std::move(key), .signs_from = Instant()});
    return keys;
  }
  const auto* list = object->if_contains("keys");
  if (list == nullptr || !list->is_array() || list->get_array().empty())
    return fail(ErrorCode::corrupt, "no keys");
  for (const json::value& value : list->get_array()) {
    TRY_LET(auto key, parse_key(value));
    if (!keys.empty() && key.signs_from <= keys.back().signs_from)
      return fail(ErrorCode::corrupt, "keys that are not in the order of signs_from");
    keys.push_back(std::move(key));
  }
  return keys;
}

std::string write_keys(const std::vector<KeyRing::Key>& keys) {
  json::array list;
  for (const KeyRing::Key& key : keys)
    list.push_back({{"jwk", json::parse(key.key.to_json().reveal())},
                    {"signs_from", to_rfc3339(key.signs_from)}});
  return json::serialize(json::object{{"keys", std::move(list)}});
}

Result<KeyRing::Key> make_key(Instant signs_from) {
  TRY_LET(auto key, crypto::SigningKey::generate_es256());
  return KeyRing::Key{.key = std::move(key), .signs_from = signs_from};
}

/// Those of which no token can live go; the last one never does.
void drop_ended(std::vector<KeyRing::Key>& keys, Instant now) {
  while (keys.size() > 1 && keys[1].signs_from + KeyRing::kVerifiedAfter <= now)
    keys.erase(keys.begin());
}

Status add_next(std::vector<KeyRing::Key>& keys, Instant signs_from) {
  TRY_LET(auto key, make_key(signs_from));
  log(LogLevel::info, "signing key published",
      {{"kid", key.key.kid()}, {"signs_from", to_rfc3339(signs_from)}});
  keys.push_back(std::move(key));
  return {};
}

/// What of a ring anybody needs to do at `now`.
Status keep_up(std::vector<KeyRing::Key>& keys, Instant now) {
  const Instant due = keys.back().signs_from + KeyRing::kRotatedAfter;
  if (now >= due - KeyRing::kPublishedBefore)
    TRY(add_next(keys, std::max(due, now + KeyRing::kPublishedBefore)));
  drop_ended(keys, now);
  return {};
}

}  // namespace

const crypto::SigningKey& KeyRing::Keys::signing(Instant now) const {
  const auto later =
      std::ranges::find_if(all, [&](const Key& key) { return key.signs_from > now; });
  return later == all.begin() ? all.front().key : std::prev(later)->key;
}

Result<std::unique_ptr<KeyRing>> KeyRing::open(std::filesystem::path file, Instant now) {
  std::unique_ptr<KeyRing> ring(new KeyRing(std::move(file)));
  // Where it is there nothing is written: `tintype token` may run as somebody who cannot.
  if (::access(ring->file_.c_str(), F_OK) == 0) {
    TRY(ring->reload());
    return ring;
  }
  TRY(ring->change([&](std::vector<Key>& keys) -> Status {
    if (!keys.empty()) return {};  // Another process was faster.
    TRY_LET(auto key, make_key(now));
    keys.push_back(std::move(key));
    return {};
  }));
  return ring;
}

std::shared_ptr<const KeyRing::Keys> KeyRing::keys() const {
  const std::lock_guard lock(mutex_);
  return keys_;
}

Status KeyRing::look(Instant now) {
  TRY(reload());
  std::vector<Key> after = keys()->all;
  const std::size_t before = after.size();
  // Asked without the lock first: nearly always there is nothing to do.
  const bool is_due = now >= after.back().signs_from + kRotatedAfter - kPublishedBefore;
  drop_ended(after, now);
  if (!is_due && after.size() == before) return {};
  return change([&](std::vector<Key>& keys) { return keep_up(keys, now); });
}

Status KeyRing::rotate(Reason reason, Instant now) {
  return change([&](std::vector<Key>& keys) -> Status {
    if (reason == Reason::compromised) {
      keys.clear();
      return add_next(keys, now);
    }
    drop_ended(keys, now);
    if (keys.back().signs_from > now) return {};
    return add_next(keys, now + kPublishedBefore);
  });
}

Status KeyRing::reload() {
  const std::string context = "issuer's keys '" + file_.string() + "'";
  TRY(within(context, check_mode(file_)));
  TRY_LET(const std::string content, within(context, read_file(file_, kFileSizeMax)));
  {
    const std::lock_guard lock(mutex_);
    if (crypto::sha256(as_bytes(content)) == digest_) return {};
  }
  TRY_LET(auto keys, within(context, parse_keys(content)));
  return within(context, install(content, std::move(keys)));
}

Status KeyRing::change(const std::function<Status(std::vector<Key>&)>& work) {
  const std::string context = "change the issuer's keys '" + file_.string() + "'";
  TRY_LET(const Fd lock, within(context, lock_folder_of(file_)));
  std::vector<Key> keys;
  std::string before;
  if (::access(file_.c_str(), F_OK) == 0) {
    TRY(within(context, check_mode(file_)));
    TRY_LET(before, within(context, read_file(file_, kFileSizeMax)));
    TRY_LET(keys, within(context, parse_keys(before)));
  }
  TRY(within(context, work(keys)));
  ASSERT(!keys.empty());
  const std::string after = write_keys(keys);
  if (after != before) TRY(within(context, write_file(file_, after, 0600)));
  return within(context, install(after, std::move(keys)));
}

Status KeyRing::install(const std::string& content, std::vector<Key> keys) {
  std::vector<crypto::SigningKey> all;
  for (const Key& key : keys) all.push_back(key.key);
  std::string jwks = crypto::public_jwks_json(all);
  TRY_LET(auto verifying, crypto::KeySet::parse(jwks));
  auto next = std::make_shared<const Keys>(Keys{
      .all = std::move(keys), .jwks_json = std::move(jwks), .verifying = std::move(verifying)});
  const std::lock_guard lock(mutex_);
  keys_ = std::move(next);
  digest_ = crypto::sha256(as_bytes(content));
  return {};
}

}  // namespace tintype::gateway

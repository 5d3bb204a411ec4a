#include "gateway/issuer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <span>
#include <utility>

#include "base/fd.h"
#include "base/file.h"
#include "base/random.h"

namespace tintype::gateway {

namespace {

namespace json = boost::json;

constexpr std::size_t kKeyFileSizeMax = 16 * 1024;
/// RFC 9068, 2.2: who asked for the token. Only our own page does.
constexpr std::string_view kClientId = "tintype";

/// Makes the key file unless there is one. Of two processes that start at once, one wins and both
/// use its key: link(2), unlike rename, never replaces.
Status create_key_file(const std::filesystem::path& path) {
  TRY_LET(const auto key, crypto::SigningKey::generate_es256());
  const std::filesystem::path next = path.string() + "." + make_id() + ".new";
  TRY(write_file(next, key.to_json().reveal(), 0600));
  const bool linked = ::link(next.c_str(), path.c_str()) == 0;
  const int error = errno;
  ::unlink(next.c_str());
  if (!linked && error != EEXIST) return errno_error("create", path.string(), error);
  return sync_folder(path.has_parent_path() ? path.parent_path() : ".");
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

std::int64_t seconds_of(Instant at) {
  return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
}

}  // namespace

Issuer::Issuer(Options options, crypto::SigningKey key)
    : options_(std::move(options)), key_(std::move(key)) {}

Result<std::unique_ptr<Issuer>> Issuer::open(Options options) {
  constexpr std::string_view kContext = "issuer's key";
  if (::access(options.key_file.c_str(), F_OK) != 0 && errno == ENOENT)
    TRY(within(kContext, create_key_file(options.key_file)));
  TRY(within(kContext, check_mode(options.key_file)));
  TRY_LET(std::string text, within(kContext, read_file(options.key_file, kKeyFileSizeMax)));
  auto key = crypto::SigningKey::from_json(Secret(std::move(text)));
  if (!key)
    return std::unexpected(std::move(key).error().within(std::string(kContext) + " '" +
                                                         options.key_file.string() + "'"));
  return std::unique_ptr<Issuer>(new Issuer(std::move(options), *std::move(key)));
}

Result<Secret> Issuer::issue(std::string_view subject, std::chrono::seconds ttl,
                             Instant now) const {
  if (subject.empty()) return fail(ErrorCode::invalid_argument, "issue: no subject");
  if (ttl <= std::chrono::seconds(0))
    return fail(ErrorCode::invalid_argument, "issue: the time to live must be positive");
  const std::int64_t issued_at = seconds_of(now);
  const json::object claims = {
      {"iss", options_.url},
      {"sub", json::string_view(subject.data(), subject.size())},
      {"aud", options_.audience},
      {"client_id", json::string_view(kClientId.data(), kClientId.size())},
      {"iat", issued_at},
      {"exp", issued_at + ttl.count()},
      {"jti", make_id()},
  };
  TRY_LET(std::string token, key_.sign(json::serialize(claims), "at+jwt"));
  return Secret(std::move(token));
}

std::string Issuer::jwks_json() const {
  return crypto::public_jwks_json(std::span<const crypto::SigningKey>(&key_, 1));
}

std::string Issuer::discovery_json() const {
  const json::object document = {
      {"issuer", options_.url},
      {"jwks_uri", options_.url + "/.well-known/jwks.json"},
      // Required by OpenID Connect Discovery, 3; there is no authorization endpoint to ask.
      {"response_types_supported", json::array()},
      {"subject_types_supported", {"public"}},
      {"id_token_signing_alg_values_supported", {"ES256"}},
      {"claims_supported", {"iss", "sub", "aud", "client_id", "iat", "exp", "jti"}},
  };
  return json::serialize(document);
}

}  // namespace tintype::gateway

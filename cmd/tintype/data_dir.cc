#include "data_dir.h"

#include <fcntl.h>
#include <sys/file.h>

#include <boost/json.hpp>
#include <cerrno>

#include "base/file.h"
#include "base/random.h"
#include "base/text.h"
#include "crypto/seal.h"

namespace tintype {
namespace {

namespace json = boost::json;

constexpr std::size_t kFileSizeMax = 64 * 1024;
constexpr unsigned kPrivate = 0600;

/// An object's text member; `corrupt` naming the file if it is not there.
Result<std::string> member(const json::object& object, std::string_view name,
                           const std::filesystem::path& path) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_string())
    return fail(ErrorCode::corrupt,
                path.string() + ": '" + std::string(name) + "' is missing; restore the file");
  return std::string(value->as_string());
}

Result<json::object> read_json(const std::filesystem::path& path) {
  TRY_LET(const std::string text, read_file(path, kFileSizeMax));
  std::error_code error;
  json::value value = json::parse(text, error);
  if (error || !value.is_object())
    return fail(ErrorCode::corrupt, path.string() + ": not a JSON object; restore or remove it");
  return std::move(value.as_object());
}

Credentials make_credentials() {
  return {.access_key = bucket::make_access_key(),
          .region = "us-east-1",
          .person_sub = "demo",
          .person_name = "demo",
          .person_password = Secret(to_base64url(as_bytes(random_bytes(12))))};
}

}  // namespace

Result<DataDir> DataDir::open(const std::filesystem::path& folder) {
  TRY(within("data directory", make_folders(folder)));
  if (::access(folder.c_str(), W_OK | X_OK) != 0)
    return within("data directory",
                  Result<DataDir>(errno_error("write to", folder.string(), errno)));
  return DataDir(folder);
}

Result<Fd> DataDir::lock() const {
  const std::filesystem::path path = folder_ / "lock";
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kPrivate));
  if (!fd) return errno_error("open", path.string(), errno);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return fd;
  if (errno != EWOULDBLOCK) return errno_error("lock", path.string(), errno);
  return fail(ErrorCode::conflict,
              "data directory '" + folder_.string() +
                  "' is in use by another node; stop it or give another --data");
}

Result<Credentials> DataDir::credentials() const {
  const std::filesystem::path path = folder_ / "credentials.json";
  auto object = read_json(path);
  if (!object && object.error().code == ErrorCode::not_found) {
    TRY(save_credentials(make_credentials()));
    object = read_json(path);
  }
  if (!object) return std::unexpected(std::move(object).error());

  const json::value* s3 = object->if_contains("s3");
  const json::value* person = object->if_contains("person");
  if (s3 == nullptr || !s3->is_object() || person == nullptr || !person->is_object())
    return fail(ErrorCode::corrupt,
                path.string() + ": 's3' or 'person' is missing; restore the file");
  Credentials credentials;
  TRY_LET(credentials.access_key.id, member(s3->as_object(), "access_key_id", path));
  TRY_LET(std::string secret, member(s3->as_object(), "secret_access_key", path));
  credentials.access_key.secret = Secret(std::move(secret));
  TRY_LET(credentials.region, member(s3->as_object(), "region", path));
  TRY_LET(credentials.person_sub, member(person->as_object(), "sub", path));
  TRY_LET(credentials.person_name, member(person->as_object(), "name", path));
  TRY_LET(std::string password, member(person->as_object(), "password", path));
  credentials.person_password = Secret(std::move(password));
  return credentials;
}

Status DataDir::save_credentials(const Credentials& credentials) const {
  const json::object object = {{"s3",
                                {{"access_key_id", credentials.access_key.id},
                                 {"secret_access_key", credentials.access_key.secret.reveal()},
                                 {"region", credentials.region}}},
                               {"person",
                                {{"sub", credentials.person_sub},
                                 {"name", credentials.person_name},
                                 {"password", credentials.person_password.reveal()}}}};
  return write_file(folder_ / "credentials.json", json::serialize(object) + "\n", kPrivate);
}

Result<Secret> DataDir::seal_key() const {
  const std::filesystem::path path = folder_ / "seal-key";
  auto text = read_file(path, kFileSizeMax);
  if (!text && text.error().code == ErrorCode::not_found) {
    const Secret made = crypto::make_seal_key();
    // Another process may make it at the same time: one of them is kept, and read by both.
    const Status written =
        write_new_file(path, to_base64(as_bytes(made.reveal())) + "\n", kPrivate);
    if (!written && written.error().code != ErrorCode::conflict)
      return std::unexpected(written.error());
    text = read_file(path, kFileSizeMax);
  }
  if (!text) return std::unexpected(std::move(text).error());
  auto key = from_base64(text->substr(0, text->find('\n')));
  if (!key || key->size() != crypto::kSealKeySize)
    return fail(ErrorCode::corrupt, path.string() + ": not a key; restore the file");
  return Secret(*std::move(key));
}

Result<NodeAddresses> DataDir::addresses() const {
  const std::filesystem::path path = folder_ / "node.json";
  TRY_LET(const json::object object, read_json(path));
  NodeAddresses addresses;
  TRY_LET(addresses.gateway, member(object, "gateway", path));
  TRY_LET(addresses.edge, member(object, "edge", path));
  TRY_LET(addresses.s3, member(object, "s3", path));
  TRY_LET(addresses.ops, member(object, "ops", path));
  TRY_LET(addresses.issuer, member(object, "issuer", path));
  return addresses;
}

Status DataDir::save_addresses(const NodeAddresses& addresses) const {
  const json::object object = {{"gateway", addresses.gateway},
                               {"edge", addresses.edge},
                               {"s3", addresses.s3},
                               {"ops", addresses.ops},
                               {"issuer", addresses.issuer}};
  return write_file(folder_ / "node.json", json::serialize(object) + "\n", 0644);
}

std::string DataDir::database_url() const {
  return "sqlite://" + std::filesystem::absolute(folder_ / "tintype.db").string();
}

}  // namespace tintype

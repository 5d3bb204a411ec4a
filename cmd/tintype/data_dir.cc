#include "data_dir.h"

#include <fcntl.h>
#include <sys/file.h>

#include <boost/json.hpp>
#include <cerrno>

#include "base/file.h"
#include "base/random.h"
#include "base/text.h"

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

/// Like AWS's: 20 characters of A-Z and 2-7, so that no client chokes on it.
std::string make_access_key_id() {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string id = "TINT";
  for (const char byte : random_bytes(16)) id += kAlphabet[static_cast<unsigned char>(byte) & 31U];
  return id;
}

json::object generated_credentials() {
  return {{"s3",
           {{"access_key_id", make_access_key_id()},
            {"secret_access_key", to_base64url(as_bytes(random_bytes(30)))},
            {"region", "us-east-1"}}},
          {"person",
           {{"sub", "demo"},
            {"name", "demo"},
            {"password", to_base64url(as_bytes(random_bytes(12)))}}}};
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
    TRY(write_file(path, json::serialize(generated_credentials()) + "\n", kPrivate));
    object = read_json(path);
  }
  if (!object) return std::unexpected(std::move(object).error());

  const json::value* s3 = object->if_contains("s3");
  const json::value* person = object->if_contains("person");
  if (s3 == nullptr || !s3->is_object() || person == nullptr || !person->is_object())
    return fail(ErrorCode::corrupt,
                path.string() + ": 's3' or 'person' is missing; restore the file");
  Credentials credentials;
  TRY_LET(credentials.access_key_id, member(s3->as_object(), "access_key_id", path));
  TRY_LET(std::string secret, member(s3->as_object(), "secret_access_key", path));
  credentials.secret_access_key = Secret(std::move(secret));
  TRY_LET(credentials.region, member(s3->as_object(), "region", path));
  TRY_LET(credentials.person_sub, member(person->as_object(), "sub", path));
  TRY_LET(credentials.person_name, member(person->as_object(), "name", path));
  TRY_LET(std::string password, member(person->as_object(), "password", path));
  credentials.person_password = Secret(std::move(password));
  return credentials;
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

// The subcommands, one file each. A command returns the exit code (sysexits.h) and reports an error
// as one line on standard error that names the setting, the value and the remedy.
#pragma once

#include <boost/json/fwd.hpp>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "worker/pool.h"

namespace tintype {

inline constexpr const char* kDefaultDataDir = "data";

struct ServeOptions {
  std::optional<std::filesystem::path> config;
  std::filesystem::path data = kDefaultDataDir;
  std::string gateway = "127.0.0.1:8080";
  std::string edge = "127.0.0.1:8081";
  std::string s3 = "127.0.0.1:9000";
  std::string ops = "127.0.0.1:9090";
};
int run_serve(const ServeOptions& options);

struct TokenOptions {
  std::filesystem::path data = kDefaultDataDir;
  std::string subject;
  std::string ttl = "15m";
};
int run_token(const TokenOptions& options);

struct IssuerKeysOptions {
  std::string action;  ///< "list", "rotate".
  std::filesystem::path data = kDefaultDataDir;
  bool compromised = false;
};
int run_issuer_keys(const IssuerKeysOptions& options);

struct KeysOptions {
  std::string action;  ///< "add", "list", "rotate", "remove".
  std::filesystem::path data = kDefaultDataDir;
  std::string owner;
  std::optional<std::string> name;
  std::vector<std::string> allowed;  ///< "BUCKET=RIGHTS".
  std::optional<bool> may_create;
  std::string access_key;  ///< Empty: a new one.
  std::string secret_key;  ///< "-": on standard input.
  std::string overlap = "24h";
};
int run_keys(const KeysOptions& options);

/// Prints a new API key and what the stack file says of it, for `owner`.
int run_api_key(const std::string& owner);

struct BucketOptions {
  std::string action;  ///< "scrub", "backup", "quota".
  std::filesystem::path data = kDefaultDataDir;
  std::filesystem::path to;
  std::string bucket;   ///< Empty: all that have a quota.
  std::string bytes;    ///< "10GiB"; empty: no limit.
  std::string objects;  ///< "100000"; empty: no limit.
  bool remove = false;
};
int run_bucket(const BucketOptions& options);

struct DbOptions {
  std::string action;  ///< "migrate", "rollback", "status".
  std::filesystem::path data = kDefaultDataDir;
  std::string database;              ///< A URL; empty: the data directory's.
  std::filesystem::path migrations;  ///< A folder; empty: those compiled in.
};
int run_db(const DbOptions& options);

struct EventsOptions {
  std::string action;  ///< "list", "dead", "replay", "show".
  std::filesystem::path data = kDefaultDataDir;
  std::vector<std::string> ids;
  bool all = false;
};
int run_events(const EventsOptions& options);

int run_check(const std::optional<std::filesystem::path>& config);
int run_doctor();
int run_version(bool json);

/// Replaces this process by tintype-pixels with the same arguments: `worker` and `image` live
/// there, so that no other process maps a codec. Returns only if that program is missing.
int exec_pixels(int argc, char** argv);
/// The same by tintype-general, to print the versions of the codecs.
int exec_codecs();
/// Both, beside this executable.
worker::Pool::Options::Programs worker_programs();

/// One JSON object as a line of standard output.
void print_line(const boost::json::object& object);

/// Prints "tintype: <message>" to standard error and returns the exit code of the error.
int report(const Error& error);

}  // namespace tintype

// The data directory: everything that a node keeps.
//
//   lock              held while a node runs; one node at a time
//   credentials.json  0600: the generated S3 access key and the demo person's sign-in
//   seal-key          0600: what opens the secrets of the other access keys, which are rows
//   issuer-key.json   0600: the private keys of the embedded issuer
//   node.json         where the running (or last) node listens
//   tintype.db        rows: objects, events, slots, manifests, people
//   objects/          contents
#pragma once

#include <filesystem>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "base/secret.h"
#include "bucket/identity/access_key.h"

namespace tintype {

struct Credentials {
  bucket::AccessKey access_key;
  std::string region;
  std::string person_sub;
  std::string person_name;
  Secret person_password;
};

/// Where a node is reached, as node.json says.
struct NodeAddresses {
  std::string gateway;  ///< "http://127.0.0.1:8080", and so on.
  std::string edge;
  std::string s3;
  std::string ops;
  std::string issuer;  ///< `iss` of its tokens.
};

class DataDir {
 public:
  /// Makes the folder (0700) where it is missing. `denied` or `internal` naming it if it cannot be.
  static Result<DataDir> open(const std::filesystem::path& folder);

  /// `conflict` if a node is running on it. The lock lasts as long as the returned descriptor.
  Result<Fd> lock() const;

  /// Reads credentials.json, and makes it at the first start.
  Result<Credentials> credentials() const;
  Status save_credentials(const Credentials& credentials) const;
  /// Reads seal-key, and makes it where it is missing. `corrupt` naming the file if it is no key.
  Result<Secret> seal_key() const;
  Result<NodeAddresses> addresses() const;
  Status save_addresses(const NodeAddresses& addresses) const;

  std::string database_url() const;
  std::filesystem::path issuer_key_file() const { return folder_ / "issuer-key.json"; }
  std::filesystem::path objects_folder() const { return folder_ / "objects"; }
  /// What is on its way to another S3; its files have no names.
  std::filesystem::path spool_folder() const { return folder_ / "spool"; }

 private:
  explicit DataDir(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::filesystem::path folder_;
};

}  // namespace tintype

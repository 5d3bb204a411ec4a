// The keys of the embedded issuer, in one file of the data directory, and how one follows another:
//
//   ── published, next ──┬── signs, current ──┬── published, previous ──▶ gone
//   kPublishedBefore     kRotatedAfter        kVerifiedAfter
//
// Whoever verifies has the next key before the first token of it, and the previous one until its
// last token has ended. Which key signs follows from the time alone, so nothing happens at the
// moment of a change, and two processes agree.
//
// A file and not the database, so that no dump, replica or log of a database has a private key.
// Nodes that sign for the same issuer share it: who changes it holds a lock beside it.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "crypto/jose.h"

namespace tintype::gateway {

/// Thread-safe. Reading is cheap; what is said to block reads or writes files.
class KeyRing {
 public:
  /// A key signs for so long before the next one does.
  static constexpr std::chrono::hours kRotatedAfter{24 * 30};
  /// Longer than verifiers may keep the JWK Set (its max-age), and than a node takes to look.
  static constexpr std::chrono::minutes kPublishedBefore{10};
  /// No token lives longer (`tintype token --ttl`), with the skew of clocks.
  static constexpr std::chrono::hours kVerifiedAfter{25};

  struct Key {
    crypto::SigningKey key;
    Instant signs_from;
  };
  /// What the file said when it was last read.
  struct Keys {
    std::vector<Key> all;  ///< By `signs_from`; the first one signs from before any token.
    std::string jwks_json;
    crypto::KeySet verifying;
    /// The key that signs at `now`.
    const crypto::SigningKey& signing(Instant now) const;
  };

  /// Makes the file (0600), with one key, where it is missing. `denied` if others than its owner
  /// and group may read it, `corrupt` naming it if it holds something else. Blocks.
  static Result<std::unique_ptr<KeyRing>> open(std::filesystem::path file, Instant now);

  /// Never null. The same until the file changes.
  std::shared_ptr<const Keys> keys() const;

  /// For a timer: reads the file if it changed, adds the next key when the current one is about to
  /// be too old, drops those of which no token lives. Blocks.
  Status look(Instant now);

  enum class Reason {
    routine,      ///< The next key signs after kPublishedBefore, or already waits to.
    compromised,  ///< It signs now, and no token of any other key is valid any more.
  };
  /// Blocks.
  Status rotate(Reason reason, Instant now);

 private:
  explicit KeyRing(std::filesystem::path file) : file_(std::move(file)) {}
  /// Reads the file if it is not what was read last.
  Status reload();
  /// Runs `work` on what the file says now (nothing if it is missing), holding its lock; writes
  /// what it made of that, if it is something else.
  Status change(const std::function<Status(std::vector<Key>&)>& work);
  Status install(const std::string& content, std::vector<Key> keys);

  const std::filesystem::path file_;
  mutable std::mutex mutex_;          // Guards all below.
  std::shared_ptr<const Keys> keys_;  // Shared with whoever asked.
  std::string digest_;                // SHA-256 of the file that said so.
};

}  // namespace tintype::gateway

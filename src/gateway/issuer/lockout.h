// Who guesses passwords waits, and longer with each guess:
//
//   counted by        free   forgiven   so that
//   name and address   10    in 90 s    one who guesses shuts himself out, not the person
//   address            50    in 60 s    one who tries a password on many names waits too
//   name               50    in 15 min  many who guess for one name do
//
// The failure that uses up what is free costs 30 s, and each more twice as much, up to 15 minutes.
// A person who is signed in stays so, whatever others do with the name (NIST SP 800-63B, 5.2.2,
// which allows 100 failures in a row).
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"

namespace tintype::gateway {

/// Failures of each key, and the wait that follows from them. Bounded: beyond `keys_max`, the one
/// whose wait ended first is forgotten. Thread-compatible.
class Failures {
 public:
  struct Rule {
    std::size_t free_max;             ///< Failures that cost no wait.
    std::chrono::seconds wait_first;  ///< Of the one that reaches `free_max`; doubled by each more.
    std::chrono::seconds wait_max;
    std::chrono::seconds forgiven_each;  ///< Once the wait is over, one is forgotten in each.
    std::size_t keys_max;
  };
  explicit Failures(const Rule& rule) : rule_(rule) {}

  /// How long `key` must wait; zero if it may try.
  std::chrono::seconds wait_of(const std::string& key, Instant now) const;
  void add(const std::string& key, Instant now);
  void forget(const std::string& key) { counts_.erase(key); }

 private:
  struct Count {
    std::size_t failures = 0;
    Instant free_at;  ///< When the next try is allowed, and forgiving begins.
  };
  /// How many of its failures still count.
  std::size_t left_of(const Count& count, Instant now) const;
  void make_room(Instant now);

  const Rule rule_;
  std::unordered_map<std::string, Count> counts_;
};

/// In memory, so each node counts for itself. Thread-safe.
class Lockout {
 public:
  struct Options {
    Failures::Rule pair;  ///< Of a name and an address.
    Failures::Rule address;
    Failures::Rule name;
  };
  static Options defaults();
  explicit Lockout(const Options& options = defaults());

  /// How long to wait before `name` may be tried from `address`; nothing if it may now. The name is
  /// what identifies it, the address what of it is one customer.
  std::optional<std::chrono::seconds> wait_of(std::string_view name, std::string_view address,
                                              Instant now);
  void failed(std::string_view name, std::string_view address, Instant now);
  /// Forgives the name its failures from there. Others stay: or who guesses would sign in as
  /// himself now and then.
  void succeeded(std::string_view name, std::string_view address);

 private:
  std::mutex mutex_;  // Guards all below.
  Failures pairs_;
  Failures addresses_;
  Failures names_;
};

}  // namespace tintype::gateway

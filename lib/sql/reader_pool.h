// The connections that read.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "sql/connection.h"
#include "sql/database.h"

namespace tintype::sql {

/// Thread-safe.
class ReaderPool {
 public:
  explicit ReaderPool(std::vector<std::unique_ptr<Connection>> connections);

  /// As Database::read.
  Status read(const Work& work);

 private:
  struct Reader {
    std::unique_ptr<Connection> connection;
    std::thread::id user;  ///< Who reads now; nobody if it is the default.
  };

  Reader& take();
  void give_back(Reader& reader);

  std::mutex mutex_;  // Guards all below.
  std::condition_variable returned_;
  std::vector<Reader> readers_;
};

}  // namespace tintype::sql

// What the tests of this folder share: a folder and a database that go away, and a real server.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "gateway/gateway.h"
#include "http/client.h"
#include "http/server.h"
#include "sql/database.h"
#include "sql/migrations.h"

namespace tintype::gateway::test {

/// 2026-11-23T20:31:04Z.
inline constexpr Instant kNow{std::chrono::milliseconds(1'795'465'864'000)};
inline constexpr const char* kIssuer = "http://localhost:8080";
inline constexpr const char* kAudience = "tintype";
inline constexpr const char* kOrigin = "http://localhost:8080";

/// A new folder, removed with all in it.
class Folder {
 public:
  Folder() : path_(std::filesystem::path(::testing::TempDir()) / ("gateway-" + make_id())) {
    std::filesystem::create_directory(path_);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// An empty database of the newest schema.
inline std::unique_ptr<sql::Database> open_database(const Folder& folder) {
  auto database = sql::Database::open("sqlite://" + (folder.path() / "test.db").string(), {});
  EXPECT_TRUE(database) << database.error().message;
  const auto migrated = sql::migrate(**database, sql::built_in_migrations());
  EXPECT_TRUE(migrated) << migrated.error().message;
  return *std::move(database);
}

/// The gateway's handler on a free port, and a client of it.
class Served {
 public:
  explicit Served(http::Handler handler) {
    std::vector<http::Listener> listeners;
    listeners.push_back(
        {.name = "gateway", .address = "127.0.0.1:0", .limits = {}, .handler = std::move(handler)});
    auto started = http::Server::start({}, std::move(listeners));
    EXPECT_TRUE(started) << started.error().message;
    server_ = *std::move(started);
    url_ = "http://" + server_->addresses().front();
  }

  http::ClientResponse send(std::string method, const std::string& path, http::Headers headers = {},
                            std::string body = {}) {
    auto response = client_.send({.method = std::move(method),
                                  .url = url_ + path,
                                  .headers = std::move(headers),
                                  .body = std::move(body)});
    EXPECT_TRUE(response) << response.error().message;
    return response ? *std::move(response) : http::ClientResponse{};
  }

 private:
  std::unique_ptr<http::Server> server_;
  std::string url_;
  http::Client client_;
};

inline std::string header(const http::ClientResponse& response, std::string_view name) {
  return std::string(response.headers.find(name).value_or("(none)"));
}

}  // namespace tintype::gateway::test

// What the tests of the API share: a server that answers with it, and the store behind.
#pragma once

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "base/json.h"
#include "bucket/disk/disk_store.h"
#include "http/client.h"
#include "upload/api.h"
#include "upload/test_upload.h"

namespace tintype::upload::test {

/// What ready slots have.
inline constexpr const char* kAssets =
    R"([{"variant":"512","type":"image/jpeg","key":"avatars/a%7Cb/512/0123.jpg",)"
    R"("width":512,"height":512,"size":31000}])";

class ApiTest : public ::testing::Test {
 protected:
  ApiTest() {
    served_ = std::make_unique<Served>([this](http::Request& request) -> Task<http::Response> {
      const auto id = std::string(request.query.find("id").value_or(""));
      const auto what = request.query.find("what").value_or("");
      if (what == "cancel") return api_made_->cancel(request, id, owner_);
      if (what == "sign") return api_made_->sign_parts(request, id, owner_);
      if (what == "sign1") return api_made_->sign_part(request, id, "1", owner_);
      if (what == "list") return api_made_->list_parts(request, id, owner_);
      if (what == "complete") return api_made_->complete(request, id, owner_);
      if (request.query.has("id")) return api_made_->status(request, id);
      return api_made_->key_upload(request, policy_, owner_);
    });
    bucket::DiskStoreOptions disk;
    disk.folder = std::filesystem::path(::testing::TempDir()) / ("store-" + make_id());
    folder_ = disk.folder;
    disk.observers = {&slots_};
    auto store = bucket::open_disk_store(std::move(disk), *database_, clock_);
    EXPECT_TRUE(store) << store.error().message;
    store_ = *std::move(store);
    EXPECT_TRUE(store_->create_bucket(uploads()));
    make_api();
  }
  ~ApiTest() override {
    served_.reset();
    api_made_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  http::ClientResponse ask(const std::string& body, http::Headers headers = {}) {
    return call("", "", body, std::move(headers));
  }
  /// What one of the API's answers about an upload is.
  http::ClientResponse call(const std::string& what, const std::string& id,
                            const std::string& body = "", http::Headers headers = {}) {
    const std::string query = what.empty() ? "" : "?what=" + what + "&id=" + id;
    auto response = client_.send({.method = "POST",
                                  .url = served_->url() + "/" + query,
                                  .headers = std::move(headers),
                                  .body = body});
    EXPECT_TRUE(response) << response.error().message;
    return response ? *std::move(response) : http::ClientResponse{};
  }
  http::ClientResponse status(const std::string& id, const std::string& accept = "*/*") {
    auto response = client_.send({.method = "GET",
                                  .url = served_->url() + "/?id=" + id,
                                  .headers = {{"Accept", accept}},
                                  .body = {}});
    EXPECT_TRUE(response) << response.error().message;
    return response ? *std::move(response) : http::ClientResponse{};
  }
  std::string open_slot() {
    const auto answer = parse_json_object(ask(R"({"extension":"jpg"})").body);
    return std::string(answer->at("upload_id").as_string());
  }
  void move(const std::string& id, State state, std::string_view reason = {},
            std::string_view assets = {}) {
    const Status moved = database_->write(std::function<Status(sql::Session&)>(
        [&](sql::Session& session) { return slots_.move(session, id, state, reason, assets); }));
    EXPECT_TRUE(moved) << moved.error().message;
    slots_.changed(id);
  }
  void make_api() {
    api_made_ = std::make_unique<Api>(Api::Options{.s3_url = "http://localhost:9000",
                                                   .gateway_url = "http://localhost:8080",
                                                   .edge_url = "http://localhost:8081",
                                                   .region = "us-east-1",
                                                   .access_key_id = "AKIDEXAMPLE",
                                                   .secret_access_key = Secret("wJalrXUtnFEMI"),
                                                   .bucket = uploads(),
                                                   .ping_interval = std::chrono::milliseconds(1)},
                                      slots_, store_->multiparts(), pool_, clock_);
  }
  static std::string code_in(const http::ClientResponse& response) {
    const auto problem = parse_json_object(response.body);
    return problem && problem->contains("code") ? std::string(problem->at("code").as_string())
                                                : response.body;
  }

  TemporaryDatabase database_;
  FixedClock clock_{kNow};
  BlockingPool pool_{{.threads = 2, .waiting_max = 64}};
  Slots slots_{*database_, clock_};
  Policy policy_ = policy();
  bucket::Owner owner_ = owner("a|b");
  std::filesystem::path folder_;
  std::unique_ptr<bucket::MultipartStore> store_;
  std::unique_ptr<Api> api_made_;
  http::Client client_;
  std::unique_ptr<Served> served_;  // Last: ends before what it uses.
};

}  // namespace tintype::upload::test

// Against the S3 endpoint of our own, with a server before it that loses, refuses and cuts.
#include "bucket/remote/remote_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "bucket/read_content.h"
#include "bucket/s3/test_s3.h"

namespace tintype::bucket {
namespace {

using test::key_of;

/// What happens to one request.
enum class Fault {
  none,
  refused,  // 503, and nothing was done.
  lost,     // It was done, and the answer is a 500.
  cut,      // The answer's body ends in the middle.
};

std::string text_of(std::size_t size) {
  std::string text(size, ' ');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (i * 7 + i / 251) % 26);
  return text;
}

class RemoteStoreTest : public test::S3Test {
 protected:
  static constexpr std::uint64_t kPart = 5 << 20;

  RemoteStoreTest() {
    http::Listener listener{.name = "front", .address = "127.0.0.1:0", .limits = {}, .handler = {}};
    listener.limits.body_bytes_max = 64 << 20;
    listener.handler = [this](http::Request& request) { return pass(request); };
    std::vector<http::Listener> listeners;
    listeners.push_back(std::move(listener));
    auto front = http::Server::start({}, std::move(listeners));
    EXPECT_TRUE(front);
    front_ = *std::move(front);
    auto remote = open_remote_store({.account = {.name = "peer",
                                                 .origin = "http://" + front_->addresses().at(0),
                                                 .credentials = credentials_},
                                     .spool_folder = spool_.path() / "spool",
                                     .part_bytes = kPart,
                                     .retries = {.pause = [this](auto) { ++pauses_; }}},
                                    clock_);
    EXPECT_TRUE(remote);
    remote_ = *std::move(remote);
  }
  ~RemoteStoreTest() override { front_->stop(); }

  void plan(std::vector<Fault> faults) {
    const std::lock_guard lock(mutex_);
    faults_.assign(faults.begin(), faults.end());
  }
  std::vector<std::string> take_log() {
    const std::lock_guard lock(mutex_);
    return std::exchange(log_, {});
  }
  Result<ObjectInfo> put(const std::string& key, const std::string& content,
                         PutOptions options = {}) {
    return remote_->put(bucket_, key_of(key), as_bytes(content), std::move(options));
  }
  std::string content_of(const std::string& key) {
    auto object = remote_->open(bucket_, key_of(key));
    if (!object) return "error: " + object.error().message;
    return read_content(*object).value_or("unreadable");
  }

  std::atomic<int> pauses_ = 0;
  std::unique_ptr<Store> remote_;

 private:
  Fault next(const http::Request& request) {
    const std::lock_guard lock(mutex_);
    std::string line = request.method;
    for (const auto& [name, value] : request.query) line += " " + name;
    log_.push_back(std::move(line));
    if (faults_.empty()) return Fault::none;
    const Fault fault = faults_.front();
    faults_.pop_front();
    return fault;
  }

  Task<http::Response> pass(http::Request& request) {
    const Fault fault = next(request);
    if (fault == Fault::refused) {
      http::Response busy;
      busy.status = 503;
      busy.body = std::string("<Error><Code>SlowDown</Code><Message>later</Message></Error>");
      co_return busy;
    }
    http::Response answer = co_await handler_(request);
    if (fault == Fault::lost) {
      http::Response lost;
      lost.status = 500;
      co_return lost;
    }
    if (fault == Fault::cut) {
      const std::string whole = text_of(1000);
      answer.content_length = whole.size();
      answer.body = http::StreamBody{.run = [whole](http::BodyWriter& writer) -> Task<Status> {
        CO_TRY(co_await writer.write(std::string_view(whole).substr(0, 400)));
        co_return fail(ErrorCode::unavailable, "cut");
      }};
    }
    co_return answer;
  }

  test::TemporaryFolder spool_;
  std::mutex mutex_;  // Guards the two below.
  std::deque<Fault> faults_;
  std::vector<std::string> log_;
  std::unique_ptr<http::Server> front_;
};

TEST_F(RemoteStoreTest, LeadsAnObjectThroughItsLife) {
  const auto written = put("a b/ü+%..//c", "hello",
                           {.content_type = "text/plain",
                            .cache_control = "max-age=60",
                            .metadata = {{"author", "me"}},
                            .headers = {{"content-disposition", "inline"}},
                            .tags = {{"k", "v w"}}});
  ASSERT_TRUE(written) << written.error().message;
  EXPECT_EQ(written->etag, "5d41402abc4b2a76b9719d911017c592");
  EXPECT_EQ(stored("a b/ü+%..//c"), "hello");

  const auto info = remote_->head(bucket_, key_of("a b/ü+%..//c"));
  ASSERT_TRUE(info) << info.error().message;
  EXPECT_EQ(info->size, 5U);
  EXPECT_EQ(info->etag, written->etag);
  EXPECT_EQ(info->content_type, "text/plain");
  EXPECT_EQ(info->cache_control, "max-age=60");
  EXPECT_EQ(info->metadata, (std::map<std::string, std::string>{{"author", "me"}}));
  EXPECT_EQ(info->headers.at("content-disposition"), "inline");
  EXPECT_EQ(info->tags, (std::map<std::string, std::string>{{"k", "v w"}}));
  EXPECT_EQ(content_of("a b/ü+%..//c"), "hello");

  ASSERT_TRUE(remote_->set_tags(bucket_, key_of("a b/ü+%..//c"), {{"x", "1:2"}}));
  EXPECT_EQ(remote_->head(bucket_, key_of("a b/ü+%..//c"))->tags.at("x"), "1:2");

  EXPECT_TRUE(remote_->remove(bucket_, key_of("a b/ü+%..//c")));
  EXPECT_TRUE(remote_->remove(bucket_, key_of("a b/ü+%..//c")));
  EXPECT_EQ(remote_->open(bucket_, key_of("a b/ü+%..//c")).error().code, ErrorCode::not_found);
  EXPECT_EQ(remote_->head(bucket_, key_of("a b/ü+%..//c")).error().code, ErrorCode::not_found);
}

TEST_F(RemoteStoreTest, SendsLargeObjectsInParts) {
  // A part and less is one request, whatever its size.
  ASSERT_TRUE(put("empty", ""));
  EXPECT_EQ(content_of("empty"), "");
  take_log();
  ASSERT_TRUE(put("one", text_of(kPart)));
  EXPECT_EQ(take_log(), (std::vector<std::string>{"PUT"}));

  const std::string content = text_of(2 * kPart + 17);
  auto upload = remote_->begin(bucket_, key_of("large"), {.content_type = "image/png"});
  ASSERT_TRUE(upload);
  for (std::size_t at = 0; at < content.size(); at += 700'000)
    ASSERT_TRUE((*upload)->write(as_bytes(std::string_view(content).substr(at, 700'000))));
  const auto written = (*upload)->commit();
  ASSERT_TRUE(written) << written.error().message;
  EXPECT_TRUE(written->etag.ends_with("-3")) << written->etag;
  EXPECT_EQ(take_log(), (std::vector<std::string>{"POST uploads", "PUT partNumber uploadId",
                                                  "PUT partNumber uploadId",
                                                  "PUT partNumber uploadId", "POST uploadId"}));
  const auto info = remote_->head(bucket_, key_of("large"));
  EXPECT_EQ(info->etag, written->etag);
  EXPECT_EQ(info->content_type, "image/png");
  EXPECT_TRUE(content_of("large") == content);
}

TEST_F(RemoteStoreTest, LeavesNothingOfAnUploadThatIsNotCommitted) {
  {
    auto upload = remote_->begin(bucket_, key_of("half"), {});
    ASSERT_TRUE((*upload)->write(as_bytes(text_of(kPart + 1))));
    EXPECT_EQ(store_->multiparts().list(bucket_, {})->uploads.size(), 1U);
  }
  EXPECT_EQ(store_->multiparts().list(bucket_, {})->uploads.size(), 0U);
  auto announced = remote_->begin(bucket_, key_of("half"), {.size = 10});
  ASSERT_TRUE((*announced)->write(as_bytes("short")));
  EXPECT_EQ((*announced)->commit().error().code, ErrorCode::damaged_input);
  EXPECT_EQ((*announced)->write(as_bytes("too long")).error().code, ErrorCode::too_large);
  EXPECT_EQ(remote_->head(bucket_, key_of("half")).error().code, ErrorCode::not_found);
}

TEST_F(RemoteStoreTest, TriesAgainWhatMayPass) {
  plan({Fault::refused, Fault::lost, Fault::refused});
  ASSERT_TRUE(put("a", "hello"));
  EXPECT_EQ(pauses_, 3);
  plan({Fault::lost, Fault::refused});
  EXPECT_EQ(content_of("a"), "hello");
  plan(std::vector<Fault>(5, Fault::refused));
  const auto gave_up = remote_->head(bucket_, key_of("a"));
  ASSERT_FALSE(gave_up);
  EXPECT_EQ(gave_up.error().code, ErrorCode::unavailable);
  EXPECT_NE(gave_up.error().message.find("remote 'peer': HEAD 'photos/a'"), std::string::npos)
      << gave_up.error().message;
  take_log();
  EXPECT_EQ(remote_->head(bucket_, key_of("missing")).error().code, ErrorCode::not_found);
  EXPECT_EQ(take_log().size(), 1U) << "what stays so is asked once";
}

TEST_F(RemoteStoreTest, KnowsItsOwnWriteAgainWhenTheAnswerWasLost) {
  const Precondition absent{.absent = true};
  plan({Fault::none, Fault::none, Fault::lost});  // The looks of begin() and commit(), the PUT.
  const auto once = put("a", "hello", {.precondition = absent});
  ASSERT_TRUE(once) << once.error().message;
  EXPECT_EQ(put("a", "other", {.precondition = absent}).error().code, ErrorCode::conflict);
  EXPECT_EQ(content_of("a"), "hello");

  plan({Fault::none, Fault::none, Fault::none, Fault::lost});  // CompleteMultipartUpload.
  const auto large = put("large", text_of(kPart + 1));
  ASSERT_TRUE(large) << large.error().message;
  EXPECT_EQ(large->etag, remote_->head(bucket_, key_of("large"))->etag);
}

TEST_F(RemoteStoreTest, KeepsConditions) {
  ASSERT_TRUE(put("a", "1"));
  const std::string etag = remote_->head(bucket_, key_of("a"))->etag;
  EXPECT_EQ(put("a", "2", {.precondition = {.etag = "0123"}}).error().code, ErrorCode::conflict);
  EXPECT_EQ(put("b", "2", {.precondition = {.etag = etag}}).error().code, ErrorCode::not_found);
  EXPECT_EQ(put("a", "2", {.precondition = {.not_etag = etag}}).error().code, ErrorCode::conflict);
  EXPECT_TRUE(put("a", "2", {.precondition = {.etag = etag}}));
  // Somebody else was faster, after our look.
  auto upload = remote_->begin(bucket_, key_of("c"), {.precondition = {.absent = true}});
  ASSERT_TRUE((*upload)->write(as_bytes("mine")));
  ASSERT_TRUE(store_->put(bucket_, key_of("c"), as_bytes("theirs"), {}));
  EXPECT_EQ((*upload)->commit().error().code, ErrorCode::conflict);
  EXPECT_EQ(content_of("c"), "theirs");

  EXPECT_EQ(remote_->remove(bucket_, key_of("c"), {.etag = etag}).error().code,
            ErrorCode::conflict);
  EXPECT_EQ(remote_->remove(bucket_, key_of("c"), {.sequencer = "0"}).error().code,
            ErrorCode::conflict);
  EXPECT_TRUE(remote_->remove(bucket_, key_of("none"), {.etag = etag}));
  const auto page = remote_->list(bucket_, {.prefix = "c"});
  ASSERT_EQ(page->objects.size(), 1U);
  EXPECT_EQ(page->objects[0].sequencer, remote_->head(bucket_, key_of("c"))->sequencer);
  EXPECT_TRUE(remote_->remove(bucket_, key_of("c"), {.sequencer = page->objects[0].sequencer}));
  EXPECT_EQ(remote_->head(bucket_, key_of("c")).error().code, ErrorCode::not_found);
}

TEST_F(RemoteStoreTest, GoesOnWhereAContentBrokeOff) {
  const std::string content = text_of(1000);
  ASSERT_TRUE(put("a", content));
  plan({Fault::cut});
  EXPECT_EQ(content_of("a"), content);

  plan({Fault::cut});
  auto replaced = remote_->open(bucket_, key_of("a"));
  ASSERT_TRUE(replaced);
  ASSERT_TRUE(put("a", text_of(999)));
  const auto mixed = read_content(*replaced);
  ASSERT_FALSE(mixed) << "never the bytes of two writes";
  EXPECT_EQ(mixed.error().code, ErrorCode::conflict);
}

TEST_F(RemoteStoreTest, GivesAFileToWhoWantsOne) {
  const std::string content = text_of(1'000'000);
  ASSERT_TRUE(put("a", content));
  auto object = remote_->open(bucket_, key_of("a"));
  const auto file = object->content->to_file();
  ASSERT_TRUE(file);
  std::string read(content.size() + 1, '\0');
  EXPECT_EQ(::pread(file->get(), read.data(), read.size(), 0),
            static_cast<ssize_t>(content.size()));
  read.pop_back();
  EXPECT_TRUE(read == content);
}

TEST_F(RemoteStoreTest, ListsAsTheLocalStoreDoes) {
  for (const char* key : {"a", "b/1", "b/2", "b+c d/%é", "b/3/x", "z\x01"})
    ASSERT_TRUE(put(key, "x"));
  for (const char* delimiter : {"", "/"}) {
    for (const std::size_t count_max : {1UZ, 2UZ, 1000UZ}) {
      SCOPED_TRACE(std::string(delimiter) + std::to_string(count_max));
      std::vector<std::string> names[2];
      Store* const stores[2] = {remote_.get(), &*store_};
      for (int i = 0; i < 2; ++i) {
        ListQuery query{.delimiter = delimiter, .count_max = count_max};
        for (bool more = true; more;) {
          const auto page = stores[i]->list(bucket_, query);
          ASSERT_TRUE(page) << page.error().message;
          for (const ObjectInfo& object : page->objects) names[i].push_back(object.key.str());
          for (const std::string& prefix : page->common_prefixes) names[i].push_back(prefix);
          more = page->truncated;
          query.after = page->next_after;
        }
      }
      EXPECT_EQ(names[0], names[1]);
    }
  }
  EXPECT_EQ(remote_->list(*BucketName::parse("missing"), {}).error().code, ErrorCode::not_found);
}

TEST_F(RemoteStoreTest, HasBuckets) {
  const BucketName more = *BucketName::parse("more");
  EXPECT_FALSE(*remote_->bucket_exists(more));
  EXPECT_TRUE(remote_->create_bucket(more));
  EXPECT_EQ(remote_->create_bucket(more).error().code, ErrorCode::conflict);
  EXPECT_TRUE(*remote_->bucket_exists(more));
  const auto all = remote_->buckets();
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ(all->at(0).name, more);
  ASSERT_TRUE(remote_->put(more, key_of("a"), as_bytes("x"), {}));
  EXPECT_EQ(remote_->remove_bucket(more).error().code, ErrorCode::conflict);
  ASSERT_TRUE(remote_->remove(more, key_of("a")));
  EXPECT_TRUE(remote_->remove_bucket(more));
  EXPECT_EQ(remote_->put(more, key_of("a"), as_bytes("x"), {}).error().code, ErrorCode::not_found);
}

TEST_F(RemoteStoreTest, NamesTheBucketInTheHostWhereThatIsWanted) {
  // Names below localhost are this machine's (RFC 6761, 6.3).
  auto by_host = open_remote_store(
      {.account = {.name = "peer",
                   .origin = "http://localhost:" + host_.substr(host_.find(':') + 1),
                   .path_style = false,
                   .credentials = credentials_},
       .spool_folder = std::filesystem::temp_directory_path()},
      clock_);
  ASSERT_TRUE((*by_host)->put(bucket_, key_of("a/b c"), as_bytes("hello"), {}));
  EXPECT_EQ(stored("a/b c"), "hello");
  EXPECT_EQ((*by_host)->list(bucket_, {})->objects.size(), 1U);
}

TEST_F(RemoteStoreTest, SaysWhoIsRefused) {
  auto stranger = open_remote_store({.account = {.name = "peer",
                                                 .origin = "http://" + host_,
                                                 .credentials = {.access_key_id = "nobody",
                                                                 .secret = Secret("x"),
                                                                 .session_token = {}}},
                                     .spool_folder = std::filesystem::temp_directory_path()},
                                    clock_);
  const auto refused = (*stranger)->head(bucket_, key_of("a"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::denied);
}

}  // namespace
}  // namespace tintype::bucket

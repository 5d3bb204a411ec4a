// What the functions stand on, replaced by what a test can break: each call of a fake asks Faults
// first.
#pragma once

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "bucket/store.h"
#include "crypto/digest.h"
#include "function/progress.h"
#include "function/test_faults.h"
#include "sql/database.h"
#include "worker/pool.h"

namespace tintype::function {

/// Objects in memory. An upload commits in a transaction with what `created` adds, as the real one
/// does.
class FakeStore final : public bucket::Store {
 public:
  using Created = std::function<Status(const bucket::ObjectInfo&)>;
  FakeStore(Faults& faults, const Clock& clock) : faults_(faults), clock_(clock) {}

  Created created;
  bool away = false;  ///< Every call fails, but the database is well.
  std::map<std::pair<std::string, std::string>, std::pair<bucket::ObjectInfo, std::string>> objects;
  int puts = 0;

  Status create_bucket_of(const std::string&, const bucket::BucketName&) override { return {}; }
  Status remove_bucket(const bucket::BucketName&) override { return refuse(); }
  Status set_tags(const bucket::BucketName&, const bucket::Key&,
                  const std::map<std::string, std::string>&) override {
    return refuse();
  }
  Result<bucket::BucketInfo> find_bucket(const bucket::BucketName& name) override {
    return bucket::BucketInfo{.name = name, .created_at = {}};
  }
  Result<std::vector<bucket::BucketInfo>> buckets() override {
    return std::vector<bucket::BucketInfo>();
  }
  Status admit(const bucket::PutIntent&) override { return {}; }

  Result<std::unique_ptr<bucket::Upload>> begin(const bucket::BucketName& bucket,
                                                const bucket::Key& key,
                                                bucket::PutOptions options) override {
    return std::make_unique<FakeUpload>(*this, bucket, key, std::move(options));
  }
  Result<bucket::ObjectInfo> head(const bucket::BucketName& bucket,
                                  const bucket::Key& key) override {
    return call([&]() -> Result<bucket::ObjectInfo> {
      const std::lock_guard lock(mutex_);
      const auto found = objects.find({bucket.str(), key.str()});
      if (found == objects.end()) return fail(ErrorCode::not_found, "fake: no object");
      return found->second.first;
    });
  }
  Result<bucket::Object> open(const bucket::BucketName& bucket, const bucket::Key& key) override {
    return call([&]() -> Result<bucket::Object> {
      const std::lock_guard lock(mutex_);
      const auto found = objects.find({bucket.str(), key.str()});
      if (found == objects.end()) return fail(ErrorCode::not_found, "fake: no object");
      Fd content(::memfd_create("object", MFD_CLOEXEC));
      const std::string& bytes = found->second.second;
      EXPECT_EQ(::write(content.get(), bytes.data(), bytes.size()),
                static_cast<ssize_t>(bytes.size()));
      EXPECT_EQ(::lseek(content.get(), 0, SEEK_SET), 0);
      return bucket::Object{.info = found->second.first,
                            .content = std::make_unique<bucket::FileContent>(std::move(content))};
    });
  }
  Result<bucket::Removal> remove(const bucket::BucketName& bucket, const bucket::Key& key,
                                 const bucket::RemoveCondition& condition,
                                 const bucket::Writer& /*writer*/) override {
    return call([&]() -> Result<bucket::Removal> {
      const std::lock_guard lock(mutex_);
      const auto found = objects.find({bucket.str(), key.str()});
      if (found == objects.end()) return bucket::Removal();
      if (condition.sequencer && found->second.first.sequencer != *condition.sequencer)
        return fail(ErrorCode::conflict, "fake: another write");
      objects.erase(found);
      return bucket::Removal();
    });
  }
  /// Two to a page, so that pages are turned.
  Result<bucket::ListPage> list(const bucket::BucketName& bucket,
                                const bucket::ListQuery& query) override {
    return call([&]() -> Result<bucket::ListPage> {
      const std::lock_guard lock(mutex_);
      bucket::ListPage page;
      for (const auto& [name, object] : objects) {
        if (name.first != bucket.str() || !name.second.starts_with(query.prefix)) continue;
        if (name.second <= query.after) continue;
        page.truncated = page.objects.size() == 2;
        if (page.truncated) break;
        page.objects.push_back(object.first);
        page.next_after = name.second;
      }
      return page;
    });
  }

  std::vector<std::string> keys(const std::string& bucket, const std::string& prefix) const {
    std::vector<std::string> result;
    for (const auto& [name, object] : objects) {
      if (name.first == bucket && name.second.starts_with(prefix)) result.push_back(name.second);
    }
    return result;
  }

 private:
  static std::unexpected<Error> refuse() { return fail(ErrorCode::unsupported, "fake store"); }

  class FakeUpload final : public bucket::Upload {
   public:
    FakeUpload(FakeStore& store, bucket::BucketName bucket, bucket::Key key,
               bucket::PutOptions options)
        : store_(store),
          bucket_(std::move(bucket)),
          key_(std::move(key)),
          options_(std::move(options)) {}
    Status write(Bytes bytes) override {
      content_ += as_text(bytes);
      return {};
    }
    std::uint64_t size() const override { return content_.size(); }
    std::string sha256_hex() override { return crypto::sha256_hex(as_bytes(content_)); }
    std::string md5_hex() override { return "etag"; }
    Result<bucket::ObjectInfo> commit() override {
      return store_.call([&] { return store_.commit(*this); });
    }

   private:
    friend class FakeStore;
    FakeStore& store_;
    bucket::BucketName bucket_;
    bucket::Key key_;
    bucket::PutOptions options_;
    std::string content_;
  };

  template <class Work, class R = std::invoke_result_t<Work&>>
  R call(Work work) {
    if (away) return fail(ErrorCode::unavailable, "fake: away");
    return faults_.call(std::move(work));
  }

  Result<bucket::ObjectInfo> commit(FakeUpload& upload) {
    const std::lock_guard lock(mutex_);
    std::string sequencer = std::to_string(++writes_);
    sequencer.insert(0, 16 - sequencer.size(), '0');
    const bucket::ObjectInfo info{.bucket = upload.bucket_,
                                  .key = upload.key_,
                                  .size = upload.size(),
                                  .etag = upload.md5_hex(),
                                  .sha256 = upload.sha256_hex(),
                                  .content_type = upload.options_.content_type,
                                  .cache_control = upload.options_.cache_control,
                                  .metadata = {},
                                  .sequencer = sequencer,
                                  .modified_at = clock_.now()};
    if (created) TRY(created(info));
    objects.insert_or_assign({upload.bucket_.str(), upload.key_.str()},
                             std::pair(info, upload.content_));
    ++puts;
    return info;
  }

  Faults& faults_;
  const Clock& clock_;
  std::mutex mutex_;  // Guards objects and all below.
  int writes_ = 0;
};

/// Renders "content" to "content|plan"; a content that begins with "damaged" is.
class FakeWorkers final : public worker::Pool {
 public:
  explicit FakeWorkers(Faults& faults) : faults_(faults) {}
  std::atomic<int> jobs = 0;  // Counted by every runner thread.

  Result<worker::JobResult> run(const worker::Job& job) override {
    return faults_.call([&]() -> Result<worker::JobResult> {
      ++jobs;
      std::string content(4096, '\0');
      const ssize_t size = ::read(job.source, content.data(), content.size());
      content.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
      if (content.starts_with("damaged")) return fail(ErrorCode::damaged_input, "fake: cut");
      if (content.starts_with("throw")) throw std::runtime_error("fake: thrown");
      worker::JobResult result;
      for (const image::Plan& plan : job.plans) {
        result.variants.push_back({.format = plan.format,
                                   .width = plan.width,
                                   .height = plan.height,
                                   .bytes = content + "|" + image::to_string(plan)});
      }
      return result;
    });
  }
  bool ready() const override { return true; }
  Result<std::string> jail_report() override { return "{}"; }
  Counts counts() const override { return {}; }

 private:
  Faults& faults_;
};

/// Keeps what it was told in a table, so that it shares the fate of the transaction.
class FakeProgress final : public Progress {
 public:
  explicit FakeProgress(sql::Database& database) : database_(database) {
    const auto made = database_.write([](sql::Session& session) -> Status {
      TRY(session.execute("CREATE TABLE word (upload TEXT NOT NULL, said TEXT NOT NULL)"));
      return {};
    });
    EXPECT_TRUE(made);
  }
  Status processing(sql::Session&, std::string_view) override { return {}; }
  Status ready(sql::Session& session, std::string_view upload, const std::vector<Asset>&) override {
    return say(session, upload, "ready");
  }
  Status failed(sql::Session& session, std::string_view upload, ErrorCode code) override {
    return say(session, upload, "failed " + std::string(to_string(code)));
  }
  Status superseded(sql::Session& session, std::string_view upload) override {
    return say(session, upload, "superseded");
  }
  void told(std::string_view) override {
    ++told_count;
    told_count.notify_all();
  }
  std::atomic<int> told_count = 0;

  /// All final words on an upload, in order.
  std::vector<std::string> words(const std::string& upload) {
    const auto rows = database_.read([&](sql::Session& session) {
      return session.query("SELECT said FROM word WHERE upload = :1", {upload});
    });
    std::vector<std::string> result;
    for (const sql::Row& row : *rows) result.push_back(row.text(0));
    return result;
  }

 private:
  static Status say(sql::Session& session, std::string_view upload, const std::string& said) {
    TRY(session.execute("INSERT INTO word (upload, said) VALUES (:1, :2)",
                        {std::string(upload), said}));
    return {};
  }

  sql::Database& database_;
};

}  // namespace tintype::function

// A store, a catalog and a worker pool in memory, which count what they are asked. For tests.
#pragma once

#include <sys/mman.h>

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "crypto/digest.h"
#include "edge/edge.h"

namespace tintype::edge {

class FakeStore final : public bucket::Store {
 public:
  static inline const Instant kModifiedAt = from_epoch_ms(1'795'465'864'123);

  /// Adds an asset and returns its key.
  bucket::Key add(const std::string& owner, const std::string& variant, image::Format format,
                  const std::string& content) {
    const std::string hash =
        crypto::sha256_hex(as_bytes(content)).substr(0, bucket::kAssetHashSize);
    bucket::Key key = bucket::asset_key("avatars", *bucket::Owner::parse(owner), variant, hash,
                                        image::extension(format));
    const std::lock_guard lock(mutex_);
    contents_[key] = content;
    return key;
  }
  void forget(const bucket::Key& key) {
    const std::lock_guard lock(mutex_);
    contents_.erase(key);
  }
  int opens() const {
    const std::lock_guard lock(mutex_);
    return opens_;
  }
  /// Promise more bytes than there are.
  void lie() { lies_ = true; }

  Result<bucket::Object> open(const bucket::BucketName& bucket, const bucket::Key& key) override {
    const std::lock_guard lock(mutex_);
    ++opens_;
    const auto found = contents_.find(key);
    if (found == contents_.end() || bucket.str() != "assets")
      return fail(ErrorCode::not_found, "open '/var/secret/" + key.str() + "'");
    Fd file(::memfd_create("asset", MFD_CLOEXEC));
    TRY(write_all(file.get(), as_bytes(found->second), "memfd"));
    return bucket::Object{.info = {.bucket = bucket,
                                   .key = key,
                                   .size = found->second.size() + (lies_ ? 1 : 0),
                                   .etag = "md5",
                                   .sha256 = {},
                                   .content_type = "text/html",
                                   .cache_control = {},
                                   .metadata = {},
                                   .sequencer = {},
                                   .modified_at = kModifiedAt},
                          .content = std::make_unique<bucket::FileContent>(std::move(file))};
  }

  // The edge only opens.
  Status create_bucket_of(const std::string&, const bucket::BucketName&) override {
    return refuse();
  }
  Status remove_bucket(const bucket::BucketName&) override { return refuse(); }
  Result<std::vector<bucket::BucketInfo>> buckets() override { return refuse(); }
  Status admit(const bucket::PutIntent&) override { return refuse(); }
  Result<bucket::BucketInfo> find_bucket(const bucket::BucketName&) override { return refuse(); }
  Result<std::unique_ptr<bucket::Upload>> begin(const bucket::BucketName&, const bucket::Key&,
                                                bucket::PutOptions) override {
    return refuse();
  }
  Result<bucket::ObjectInfo> head(const bucket::BucketName&, const bucket::Key&) override {
    return refuse();
  }
  Result<bucket::Removal> remove(const bucket::BucketName&, const bucket::Key&,
                                 const bucket::RemoveCondition&, const bucket::Writer&) override {
    return refuse();
  }
  Status set_tags(const bucket::BucketName&, const bucket::Key&,
                  const std::map<std::string, std::string>&) override {
    return refuse();
  }
  Result<bucket::ListPage> list(const bucket::BucketName&, const bucket::ListQuery&) override {
    return refuse();
  }

 private:
  static std::unexpected<Error> refuse() { return fail(ErrorCode::unsupported, "fake store"); }

  mutable std::mutex mutex_;  // Guards all below.
  std::map<bucket::Key, std::string> contents_;
  int opens_ = 0;
  bool lies_ = false;
};

class FakeCatalog final : public Catalog {
 public:
  using Assets = std::vector<CurrentAsset>;

  void set(const std::string& owner, const std::string& variant, Assets assets) {
    const std::lock_guard lock(mutex_);
    current_[owner + '/' + variant] = std::move(assets);
  }
  /// Answers before those that were set, each once.
  void say_once(Result<Assets> answer) {
    const std::lock_guard lock(mutex_);
    once_.push_back(std::move(answer));
  }
  int asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

  Result<Assets> current(std::string_view collection, const bucket::Owner& owner,
                         std::string_view variant) override {
    const std::lock_guard lock(mutex_);
    ++asked_;
    if (!once_.empty()) {
      auto answer = std::move(once_.front());
      once_.pop_front();
      return answer;
    }
    const auto found = current_.find(owner.str() + '/' + std::string(variant));
    if (collection != "avatars" || found == current_.end()) return Assets{};
    return found->second;
  }

 private:
  mutable std::mutex mutex_;  // Guards all below.
  std::map<std::string, Assets> current_;
  std::deque<Result<Assets>> once_;
  int asked_ = 0;
};

/// "Renders" the plan's text and the source.
class FakeWorkers final : public worker::Pool {
 public:
  struct Seen {
    std::string source;
    bool trusted;
    image::Plan plan;
  };

  void fail_once(Error error) {
    const std::lock_guard lock(mutex_);
    errors_.push_back(std::move(error));
  }
  std::vector<Seen> seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
  }
  std::size_t running_max() const {
    const std::lock_guard lock(mutex_);
    return running_max_;
  }

  Result<worker::JobResult> run(const worker::Job& job) override {
    {
      const std::lock_guard lock(mutex_);
      running_max_ = std::max(running_max_, ++running_);
    }
    auto result = render(job);
    const std::lock_guard lock(mutex_);
    --running_;
    return result;
  }
  bool ready() const override { return true; }
  Result<std::string> jail_report() override { return "{}"; }
  Counts counts() const override { return {}; }

 private:
  Result<worker::JobResult> render(const worker::Job& job) {
    TRY_LET(const std::uint64_t size, file_size(job.source));
    std::string source(size, '\0');
    if (::read(job.source, source.data(), size) != static_cast<ssize_t>(size))
      return fail(ErrorCode::internal, "fake workers: the source is not at its start");
    const std::lock_guard lock(mutex_);
    if (!errors_.empty()) {
      Error error = std::move(errors_.front());
      errors_.pop_front();
      return std::unexpected(std::move(error));
    }
    worker::JobResult result;
    for (const image::Plan& plan : job.plans) {
      seen_.push_back({.source = source, .trusted = job.trusted, .plan = plan});
      result.variants.push_back({.format = plan.format,
                                 .width = plan.width,
                                 .height = plan.height,
                                 .bytes = image::to_string(plan) + source});
    }
    return result;
  }

  mutable std::mutex mutex_;  // Guards all below.
  std::deque<Error> errors_;
  std::vector<Seen> seen_;
  std::size_t running_ = 0;
  std::size_t running_max_ = 0;
};

/// avatars: "512" (jpeg, webp, avif) and "64" (jpeg); banners: "wide", 1500x500 (webp).
inline Options test_options() {
  const auto variant = [](std::string name, int width, int height,
                          std::vector<image::Format> formats) {
    image::Variant result{.name = std::move(name), .plan = {}, .formats = std::move(formats)};
    result.plan.width = width;
    result.plan.height = height;
    return result;
  };
  using image::Format;
  return {.collections =
              {{.name = "avatars",
                .variants = {variant("512", 512, 512, {Format::jpeg, Format::webp, Format::avif}),
                             variant("64", 64, 64, {Format::jpeg})}},
               {.name = "banners", .variants = {variant("wide", 1500, 500, {Format::webp})}}},
          .assets_bucket = *bucket::BucketName::parse("assets"),
          .cache = std::make_shared<AssetCache>(1 << 20),
          .cached_asset_bytes_max = 1 << 16};
}

}  // namespace tintype::edge
